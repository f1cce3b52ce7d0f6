/** <role-matrix>: cells of a table that take the next letter by a tap or a key; arrows lead from cell to cell. */

import { watchOutbox } from "./outbox.js";
import { make, word } from "./words.js";

const NEXT = { "": "R", R: "A", A: "C", C: "I", I: "" };
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

class RoleMatrix extends HTMLElement {
  #speech = make("p", { role: "status", class: "visually-hidden" });
  #isSaving = false;
  #next = ""; // page, once all is saved

  connectedCallback() {
    if (this.#speech.isConnected) return;
    this.append(this.#speech);
    this.addEventListener("click", this.#tapped);
    this.addEventListener("keydown", this.#pressed);
    this.addEventListener("focusin", this.#entered);
    document.addEventListener("click", this.#done);
    watchOutbox(({ state: { name, reason } }) => {
      this.#isSaving = name === "saving" || reason === "unreachable";
      if (this.#next && name === "saved") location.assign(this.#next);
    });
  }

  /** In the other way of tapping everything is left to the browser. */
  get #isQuick() {
    return this.querySelector("[name=tapping]:checked").value === "next";
  }

  /** The choice lets the pointer through (partners.css); who reads by ear may open its menu. */
  #tapped = ({ target }) => {
    const select = target.closest("td")?.querySelector("select");
    const isOther = target.closest("a, p, select, .conflict");
    if (select && !isOther && this.#isQuick) this.#set(select, NEXT[select.value]);
  };

  #pressed = (event) => {
    const { target, key, altKey, ctrlKey, metaKey } = event;
    if (!target.matches("td select") || !this.#isQuick || altKey || ctrlKey || metaKey) return;
    const letter = letterFor(key, target.value);
    if (letter !== undefined) this.#set(target, letter);
    else if (key in STEPS) this.#go(target, ...STEPS[key]);
    else return;
    event.preventDefault();
  };

  /** By keyboard: out from under the heads of rows and columns, which browsers do not mind. */
  #entered = ({ target }) => {
    if (target.matches("td select:focus-visible")) target.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  #go(select, down, across) {
    const cell = select.closest("td");
    const row = cell.parentElement;
    const column = cell.cellIndex + across * (getComputedStyle(this).direction === "rtl" ? -1 : 1);
    row.parentElement.rows[row.sectionRowIndex + down]?.cells[column]?.querySelector("select")?.focus();
  }

  /** <auto-save> hears of it as of a choice out of the menu. */
  #set(select, letter) {
    select.focus();
    if (select.value === letter) return;
    select.value = letter;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    const words = letter ? select.selectedOptions[0].text : word("empty");
    this.#speech.textContent = `${select.getAttribute("aria-label")}: ${words}`;
  }

  /** The page to read shows what is saved: it waits for the last letter. */
  #done = (event) => {
    const done = event.target.closest("[data-done]");
    if (!done || !this.#isSaving) return;
    event.preventDefault();
    this.#next = done.href;
  };
}

/** What a key makes of a letter; undefined: nothing. */
function letterFor(key, letter) {
  if (key === " " || key === "Enter") return NEXT[letter];
  if (key === "Delete" || key === "Backspace") return "";
  if (/Home|End|Page/.test(key)) return letter; // no other one
  return key && NEXT[key.toUpperCase()] !== undefined ? key.toUpperCase() : undefined;
}

customElements.define("role-matrix", RoleMatrix);
