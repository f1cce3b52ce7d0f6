/** <sign-out user>: tells before a sign-out what is only on this device yet, from whichever page it was typed. */

import { openOutbox, watchOutbox } from "./outbox.js";
import { Queue } from "./queue.js";
import { make } from "./words.js";

class SignOut extends HTMLElement {
  #user = this.getAttribute("user");
  #shown = "";

  connectedCallback() {
    openOutbox(this.#user); // sends what it can
    watchOutbox(() => this.#show());
    window.addEventListener("storage", () => this.#show());
  }

  /** Read anew each time: other tabs save and type as well. */
  #show() {
    const { entries } = new Queue(this.#user);
    const keys = entries.map(({ key }) => key).join(" ");
    if (keys === this.#shown) return;
    this.#shown = keys;
    const [unsaved, saved] = this.querySelectorAll(".notice");
    unsaved.hidden = !entries.length;
    saved.hidden = !unsaved.hidden;
    this.querySelector("ul").replaceChildren(...entries.map(line));
    this.querySelector("button").classList.toggle("button--quiet", entries.length > 0);
    this.querySelector(".actions a").classList.toggle("button", entries.length > 0);
  }
}

function line({ url, title, said }) {
  return make("li", {}, [make("a", { href: url }, title), make("blockquote", { dir: "auto" }, said)]);
}

customElements.define("sign-out", SignOut);
