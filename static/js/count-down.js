/** <count-down seconds over>: what is left of a timer, in minutes and seconds; then the words of `over`. */

const SECOND = 1_000;

class CountDown extends HTMLElement {
  #end = 0;
  #timer = 0;

  connectedCallback() {
    this.#end = Date.now() + Number(this.getAttribute("seconds")) * SECOND;
    this.#timer = setInterval(() => this.#show(), SECOND);
    this.#show();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #show() {
    const left = Math.max(0, Math.round((this.#end - Date.now()) / SECOND));
    const seconds = String(left % 60).padStart(2, "0");
    this.textContent = left ? `${Math.floor(left / 60)}:${seconds}` : this.getAttribute("over");
    this.toggleAttribute("data-over", !left);
    if (!left) clearInterval(this.#timer);
  }
}

customElements.define("count-down", CountDown);
