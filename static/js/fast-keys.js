/** <fast-keys>: a column of small boxes typed down by the keyboard alone; what cannot stand in a box is refused at it. */

import { make } from "./words.js";

const BOX = "[data-keys]";

class FastKeys extends HTMLElement {
  #standing = new WeakMap(); // by box: what stood there before the last key
  #note = make("p", { class: "field-error", role: "alert" });

  connectedCallback() {
    this.addEventListener("focusin", this.#entered);
    this.addEventListener("click", this.#entered);
    this.addEventListener("keydown", this.#pressed);
    this.addEventListener("input", this.#checked, { capture: true }); // before <auto-save> hears of it
    this.addEventListener("input", this.#followed);
  }

  #entered = ({ target }) => {
    if (!target.matches(BOX)) return;
    target.select(); // the next key replaces it
    this.#standing.set(target, target.value);
  };

  #pressed = (event) => {
    const { target, key } = event;
    if (!target.matches(BOX) || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const isBack = key === "ArrowUp" || (key === "Backspace" && !target.value);
    if (!isBack && key !== "ArrowDown" && key !== "Enter") return;
    event.preventDefault();
    this.#go(target, isBack ? -1 : 1);
  };

  #checked = (event) => {
    const box = event.target;
    if (!box.matches(BOX)) return;
    this.#forgive();
    if (fitting(box).length) {
      this.#standing.set(box, box.value);
      return;
    }
    event.stopPropagation();
    const wantsComment = box.value.toLowerCase().endsWith("c");
    box.value = this.#standing.get(box) ?? "";
    if (wantsComment) openComment(box);
    else this.#refuse(box);
  };

  /** After <auto-save> has taken it: on to the next box, if no longer value begins like this one. */
  #followed = ({ target: box }) => {
    if (box.matches(BOX) && box.value && fitting(box).join() === box.value.toLowerCase()) this.#go(box, 1);
  };

  #go(box, step) {
    this.#forgive();
    const stops = [...this.querySelectorAll(`${BOX}, [data-end]`)];
    stops[stops.indexOf(box) + step]?.focus();
  }

  #refuse(box) {
    box.select();
    box.classList.add("is-refused");
    this.#note.textContent = this.dataset.wrong.replace("{keys}", box.dataset.keys);
    box.after(this.#note);
  }

  #forgive() {
    this.#note.remove();
    this.querySelector(".is-refused")?.classList.remove("is-refused");
  }
}

/** What may stand in the box and begins with what is typed. */
function fitting(box) {
  const typed = box.value.toLowerCase();
  return box.dataset.keys.split(" ").filter((key) => key.startsWith(typed));
}

function openComment(box) {
  const comment = box.parentElement.querySelector("details");
  comment.open = true;
  comment.querySelector("textarea").focus();
}

customElements.define("fast-keys", FastKeys);
