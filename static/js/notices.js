/** What stands beside a field: why its value was refused, or two versions to choose from. */

import { make, makeButton, word } from "./words.js";

/** Puts the sentence below the field and ties it to the control. */
export function showError(field, message) {
  clearNotices(field);
  const note = make("p", { class: "field-error", id: nameFor(field, "error") }, message);
  place(field, note);
  const ids = [field.holder.getAttribute("aria-describedby"), note.id];
  field.holder.setAttribute("aria-describedby", ids.filter(Boolean).join(" "));
  if ("value" in field.holder) field.holder.setAttribute("aria-invalid", "true");
  field.holder.closest(".field")?.classList.add("field--wrong");
}

/** Shows both versions with who and when; `choose` is called with the value the person wants. */
export function showConflict(field, { message, theirs }, choose) {
  clearNotices(field);
  const decide = (value) => {
    clearNotices(field);
    field.value = value;
    field.focus();
    choose(value);
  };
  const title = make("p", { id: nameFor(field, "conflict-title") }, make("strong", {}, message));
  const versions = make("dl", {}, [
    version(word("mine"), field.wordsFor(field.value)),
    version(`${theirs.by}, ${theirs.when}`, theirs.value && theirs.display),
  ]);
  const buttons = make("p", { class: "actions" }, [
    makeButton(word("keep-mine"), () => decide(field.value)),
    makeButton(word("take-theirs"), () => decide(String(theirs.value ?? ""))),
  ]);
  const about = { class: "conflict", id: nameFor(field, "conflict"), role: "group", "aria-labelledby": title.id };
  place(field, make("div", about, [title, versions, buttons]));
}

/** Takes away what stood beside the field, also what the server had written there. */
export function clearNotices(field) {
  const ids = (field.holder.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
  const errors = ids.filter((id) => document.getElementById(id)?.matches(".field-error"));
  const others = ids.filter((id) => !errors.includes(id));
  for (const id of [...errors, nameFor(field, "conflict")]) document.getElementById(id)?.remove();
  if (others.length) field.holder.setAttribute("aria-describedby", others.join(" "));
  else field.holder.removeAttribute("aria-describedby");
  field.holder.removeAttribute("aria-invalid");
  field.holder.closest(".field")?.classList.remove("field--wrong");
}

/** Below the control, so that nothing moves under the hand that types. */
function place(field, element) {
  (field.holder.closest("label") ?? field.holder).after(element);
}

function nameFor(field, part) {
  return `${field.slot.replaceAll("/", "-")}-${part}`;
}

function version(name, value) {
  return make("div", {}, [make("dt", {}, name), make("dd", { dir: "auto" }, value || word("empty"))]);
}
