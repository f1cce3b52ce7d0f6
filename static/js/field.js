/** One savable field of a form, whatever its control: radios in a fieldset, a select, a line, a text. */

import { slotOf } from "./queue.js";

const CHOICE_PAUSE = 800; // arrow keys pass over choices nobody meant
const TYPING_PAUSE = 1_000;

export class Field {
  /** `holder` carries data-version: the control itself, or what holds its radios, with data-field. */
  constructor(holder, { kind, id }) {
    this.holder = holder;
    this.controls = "value" in holder ? [holder] : [...holder.querySelectorAll("[type=radio]")];
    this.address = { kind, id, field: holder.dataset.field ?? holder.name };
    this.slot = slotOf(this.address);
    this.known = "unsaved" in holder.dataset ? null : this.rendered;
  }

  /** What is to be saved, if it is. */
  get change() {
    const { value } = this;
    return { ...this.address, value, base: this.version, said: this.wordsFor(value) };
  }

  get isSavable() {
    return this.controls.some((control) => !control.matches(":disabled, [readonly]"));
  }

  get version() {
    return Number(this.holder.dataset.version);
  }

  /** Also for the plain form, which posts the versions it was built on. */
  set version(version) {
    this.holder.dataset.version = version;
    const base = this.holder.form?.elements[`base_${this.controls[0].name}`];
    if (base) base.value = version;
  }

  /** The server's answer to a value sent from here or, by an earlier try, from a page before. */
  accept(value, version) {
    if (version < this.version) {
      this.value = this.known = this.rendered; // the page was made after it, from something newer
    } else {
      this.known = value;
      this.version = version;
    }
  }

  get value() {
    if (this.#isChoice) return this.controls.find((radio) => radio.checked)?.value ?? "";
    return this.holder.value;
  }

  set value(value) {
    if (this.#isChoice) for (const radio of this.controls) radio.checked = radio.value === value;
    else this.holder.value = value;
  }

  /** The value the server wrote into the page, as this kind of control reads it. */
  get rendered() {
    if (this.#isChoice) return this.controls.find((radio) => radio.defaultChecked)?.value ?? "";
    const { options, type, defaultValue } = this.holder;
    if (options) return ([...options].find((option) => option.defaultSelected) ?? options[0])?.value ?? "";
    if (type === "textarea") return defaultValue;
    return Object.assign(document.createElement("input"), { type, value: defaultValue }).value;
  }

  /** A value as the person reads it. */
  wordsFor(value) {
    const choice = this.controls.find((radio) => radio.value === value);
    if (this.#isChoice) return choice?.labels[0]?.textContent.trim() ?? value;
    const option = [...(this.holder.options ?? [])].find((one) => one.value === value);
    return option?.textContent.trim() ?? value;
  }

  /** Half a date reads as no date; sending that would delete the old one. */
  get isHalfTyped() {
    const { type, validity, value } = this.holder;
    return Boolean(validity?.badInput) || (type === "date" && value !== "" && value < "1000");
  }

  get pause() {
    return this.#isChoice || this.holder.options ? CHOICE_PAUSE : TYPING_PAUSE;
  }

  focus() {
    (this.controls.find((radio) => radio.checked) ?? this.controls[0]).focus();
  }

  get #isChoice() {
    return this.controls[0] !== this.holder;
  }
}
