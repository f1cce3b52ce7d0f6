/** What stands beside a field: why its value was refused, or two versions to choose from. */

import { make, makeButton, word } from "./words.js";

const OURS = ".field-error, .conflict";

/** Puts the sentence below the field and ties it to the control. */
export function showError(field, message) {
  const note = make("p", { class: "field-error", id: nameFor(field, "error") }, message);
  place(field, note, note);
  if ("value" in field.holder) field.holder.setAttribute("aria-invalid", "true");
  field.holder.closest(".field")?.classList.add("field--wrong");
}

/** Shows both versions with who and when; `choose` is called with the value the person wants. */
export function showConflict(field, { message, theirs }, choose) {
  const decide = (value) => {
    clearNotices(field);
    field.value = value;
    field.focus();
    choose(value);
  };
  const title = make("p", { id: nameFor(field, "conflict") }, make("strong", {}, message));
  const [mine, other] = [nameFor(field, "mine"), nameFor(field, "theirs")];
  const versions = make("dl", {}, [
    version(mine, word("mine"), field.wordsFor(field.value)),
    version(other, `${theirs.by}, ${theirs.when}`, theirs.value && theirs.display),
  ]);
  const buttons = make("p", { class: "actions" }, [
    choice(word("keep-mine"), mine, () => decide(field.value)),
    choice(word("take-theirs"), other, () => decide(String(theirs.value ?? ""))),
  ]);
  const panel = make("div", { class: "conflict", role: "group", "aria-labelledby": title.id }, [title, versions, buttons]);
  place(field, panel, title);
}

/** Takes away what stood beside the field, also what the server had written there. */
export function clearNotices(field) {
  const isOurs = (id) => document.getElementById(id)?.closest(OURS);
  const ids = described(field);
  const ours = ids.map(isOurs).filter(Boolean);
  describe(field, ids.filter((id) => !isOurs(id)));
  for (const element of ours) element.remove();
  field.holder.removeAttribute("aria-invalid");
  field.holder.closest(".field")?.classList.remove("field--wrong");
}

/** Below the control, so that nothing moves under the hand that types; `words` are read out with the control. */
function place(field, element, words) {
  clearNotices(field);
  (field.holder.closest("label") ?? field.holder).after(element);
  describe(field, [...described(field), words.id]);
}

function described({ holder }) {
  return (holder.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
}

function describe({ holder }, ids) {
  if (ids.length) holder.setAttribute("aria-describedby", ids.join(" "));
  else holder.removeAttribute("aria-describedby");
}

function nameFor(field, part) {
  return `${field.slot.replaceAll("/", "-")}-${part}`;
}

function version(id, name, value) {
  return make("div", {}, [make("dt", {}, name), make("dd", { id, dir: "auto" }, value || word("empty"))]);
}

/** A button that is read out with the version it stands for. */
function choice(label, id, action) {
  const button = makeButton(label, action);
  button.setAttribute("aria-describedby", id);
  return button;
}
