/** <auto-save>: saves each field of the plain form inside or around it by itself, and says at the field what went wrong. */

import { Field } from "./field.js";
import { clearNotices, showConflict, showError } from "./notices.js";
import { openOutbox } from "./outbox.js";
import { word } from "./words.js";

// A button with a name or an address of its own does more than save.
const PLAIN_SUBMIT = ":is(button:not([type]), [type=submit]):not([name], [formaction])";

class AutoSave extends HTMLElement {
  #outbox;
  #fields = new Map();

  connectedCallback() {
    const form = this.querySelector("form") ?? this.closest("form");
    const user = this.getAttribute("user");
    if (this.#outbox || !form || !user) return;
    this.#outbox = openOutbox(user);
    form.autocomplete = "off"; // a value the browser brings back would look like one just typed
    const thing = { kind: this.getAttribute("kind"), id: this.getAttribute("object") };
    for (const holder of this.querySelectorAll("[data-version]")) this.#adopt(new Field(holder, thing));
    this.addEventListener("input", this.#typed);
    this.addEventListener("change", this.#typed);
    this.addEventListener("focusout", this.#left);
    form.addEventListener("submit", this.#submitted);
    this.#outbox.addEventListener("answer", this.#answered);
    for (const submit of this.querySelectorAll(PLAIN_SUBMIT)) submit.hidden = true;
  }

  /** What waited from before is shown again; what was typed before this script came is saved. */
  #adopt(field) {
    if (!field.isSavable) return;
    this.#fields.set(field.slot, field);
    const waiting = this.#outbox.claim(field.slot);
    if (field.value !== field.known) this.#save(field, 0);
    else if (waiting) field.value = waiting.value;
  }

  #save(field, pause) {
    if (field.isHalfTyped) return;
    const waiting = this.#outbox.waiting(field.slot);
    const isNews = field.value !== (waiting ?? { value: field.known }).value;
    const isConflict = waiting?.problem?.outcome === "conflict";
    if (isNews || waiting) this.#outbox.put(field.change, pause);
    if (isConflict) this.#offer(field);
    else clearNotices(field);
  }

  #typed = (event) => {
    const field = this.#fieldOf(event.target);
    if (field) this.#save(field, field.pause);
  };

  #left = (event) => {
    const field = this.#fieldOf(event.target);
    if (!field || field.holder.contains(event.relatedTarget)) return;
    if (field.isHalfTyped) showError(field, word("half-date"));
    else this.#outbox.release(field.slot);
  };

  #submitted = (event) => {
    if (event.submitter && !event.submitter.matches(PLAIN_SUBMIT)) return;
    event.preventDefault();
    for (const slot of this.#fields.keys()) this.#outbox.release(slot);
  };

  #answered = ({ detail: { mutation, outcome, answer, later } }) => {
    const field = this.#fields.get(mutation.slot);
    if (!field) return;
    if (outcome === "saved") this.#saved(field, mutation, answer, later);
    else if (!later && outcome === "conflict") this.#offer(field);
    else if (!later) showError(field, answer.message ?? word("unreadable"));
  };

  #saved(field, mutation, answer, later) {
    if (later) field.version = answer.version;
    else field.accept(mutation.value, answer.version);
    clearNotices(field);
    this.dispatchEvent(new CustomEvent("saved", { bubbles: true, detail: { ...field.address, ...answer } }));
  }

  #offer(field) {
    const { answer } = this.#outbox.waiting(field.slot).problem;
    showConflict(field, answer, (value) => this.#outbox.decide(field.slot, value));
  }

  #fieldOf(control) {
    const holder = control.closest("[data-version]");
    return [...this.#fields.values()].find((field) => field.holder === holder);
  }
}

customElements.define("auto-save", AutoSave);
