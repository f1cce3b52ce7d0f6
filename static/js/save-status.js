/** <save-status>: says honestly, in one place of a page, whether everything typed is saved. */

import { openOutbox, watchOutbox } from "./outbox.js";
import { make, makeButton, word } from "./words.js";

const BREATH = 10_000;

class SaveStatus extends HTMLElement {
  #line; // seen at once
  #speech; // heard, but not after every word
  #signIn;
  #strays;
  #heard = "";
  #isNews = false;
  #silence = 0;

  connectedCallback() {
    if (this.#line) return;
    this.#line = make("span", { "aria-hidden": "true" });
    this.#speech = make("span", { role: "status", class: "visually-hidden" });
    this.#signIn = make("a", { href: word("sign-in-url"), target: "_blank", hidden: "" }, word("sign-in"));
    this.#strays = make("details", { hidden: "" });
    this.append(this.#line, this.#speech, " ", this.#signIn, this.#strays);
    const user = this.getAttribute("user");
    if (user) openOutbox(user);
    watchOutbox((outbox) => this.#show(outbox));
  }

  #show(outbox) {
    const { state, strays } = outbox;
    const text = sentence(state);
    this.dataset.state = state.name;
    if (this.#line.textContent !== text) this.#line.textContent = text;
    this.#signIn.hidden = !["signed-out", "other-user"].includes(state.reason);
    this.#list(strays, outbox);
    const news = `${state.name} ${state.reason}`; // another minute, or one more change waiting, is none
    this.#isNews ||= news !== this.#heard;
    this.#heard = news;
    this.#speak();
  }

  /** Never more than once in ten seconds, and then what is true by then. */
  #speak() {
    const isSettled = ["saved", "unsaved"].includes(this.dataset.state);
    if (!this.#isNews || this.#silence || !isSettled) return;
    this.#isNews = false;
    this.#speech.textContent = this.#line.textContent;
    this.#silence = setTimeout(() => {
      this.#silence = 0;
      this.#speak();
    }, BREATH);
  }

  /** What was refused and has no field here: to read, to copy, to open or to throw away. */
  #list(strays, outbox) {
    const keys = strays.map(({ key }) => key).join(" ");
    if (keys === (this.#strays.dataset.keys ?? "")) return;
    this.#strays.dataset.keys = keys;
    this.#strays.hidden = !strays.length;
    const items = strays.map((mutation) => stray(mutation, () => outbox.discard(mutation)));
    this.#strays.replaceChildren(make("summary", {}, word("strays", { count: strays.length })), make("ul", {}, items));
  }
}

function sentence({ name, reason, count, isKept, message }) {
  if (name !== "unsaved") return { quiet: "", saving: word("saving"), saved: message }[name];
  const waiting = word("waiting", { count });
  if (!["conflict", "refused"].includes(reason)) return `${word(reason)} ${word(isKept ? "kept" : "keep-open")} ${waiting}`;
  return `${word("not-saved", { message: message ?? word("unreadable") })} ${waiting}`;
}

function stray({ url, title, said, problem }, discard) {
  const discardIfSure = () => window.confirm(word("discard-sure")) && discard();
  return make("li", {}, [
    make("p", {}, problem.answer.message ?? word("unreadable")),
    make("blockquote", { dir: "auto" }, said || word("empty")),
    make("p", { class: "actions" }, [
      make("a", { href: url }, title),
      makeButton(word("discard"), discardIfSure),
    ]),
  ]);
}

customElements.define("save-status", SaveStatus);
