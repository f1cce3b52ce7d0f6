/** What the scripts say: sentences translated by templates/ui/words.html, and elements to say them in. */

const { attributes: words } = document.getElementById("words");

/** One sentence, with its {names} filled in. */
export function word(name, values = {}) {
  return words[`data-${name}`].value.replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

/** An element with its attributes, and with text or elements inside: never markup in strings. */
export function make(tag, attributes = {}, content = []) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...[content].flat());
  return element;
}

export function makeButton(name, action) {
  const button = make("button", { type: "button", class: "button" }, name);
  button.addEventListener("click", action);
  return button;
}
