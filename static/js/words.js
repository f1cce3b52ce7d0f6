/** What the scripts say: sentences translated by templates/ui/words.html, and elements to say them in. */

const { attributes } = document.getElementById("words");

/** One sentence, with its {names} filled in. */
export function word(name, values = {}) {
  return attributes[`data-${name}`].value.replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

/** An element with its properties, and with text or elements inside: never markup in strings. */
export function make(tag, properties = {}, content = []) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...[content].flat());
  return element;
}

export function makeButton(name, action) {
  const button = make("button", { type: "button", className: "button" }, name);
  button.addEventListener("click", action);
  return button;
}
