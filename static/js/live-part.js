/** <live-part src interval refresh-on idle>: a part of a page that follows the server while it is looked at. */

const USUAL_INTERVAL = 5;
const LONGEST_WAIT = 60_000;
const FOCUSABLE = "a[href], button, input, select, summary, textarea";

class LivePart extends HTMLElement {
  #stage = document; // or the <auto-save> around it: then it tells of that one thing alone
  #etag = "";
  #isDone = false;
  #failures = 0;
  #timer = 0;
  #request = null;

  connectedCallback() {
    this.#isDone = this.hasAttribute("idle");
    this.#stage = this.closest("auto-save") ?? document;
    for (const name of this.#events) this.#stage.addEventListener(name, this);
    this.#plan();
  }

  disconnectedCallback() {
    for (const name of this.#events) this.#stage.removeEventListener(name, this);
    this.#pause();
  }

  /** Seen again, which is worth one look; or something happened on the page that this part tells of. */
  handleEvent({ type }) {
    if (type !== "visibilitychange") this.#isDone = false;
    this.#pause();
    if (!document.hidden) this.#ask();
  }

  get #events() {
    return `visibilitychange ${this.getAttribute("refresh-on") ?? ""}`.split(" ").filter(Boolean);
  }

  get #wait() {
    const seconds = Number(this.getAttribute("interval")) || USUAL_INTERVAL;
    return Math.min(seconds * 1_000 * 2 ** this.#failures, LONGEST_WAIT);
  }

  #plan() {
    clearTimeout(this.#timer);
    if (!this.#isDone && !document.hidden) this.#timer = setTimeout(() => this.#ask(), this.#wait);
  }

  #pause() {
    clearTimeout(this.#timer);
    this.#request?.abort();
  }

  async #ask() {
    const request = (this.#request = new AbortController());
    try {
      const headers = this.#etag ? { "If-None-Match": this.#etag } : {};
      const options = { headers, redirect: "error", cache: "no-store", signal: request.signal };
      await this.#take(await fetch(this.getAttribute("src"), options));
      this.#failures = 0;
    } catch {
      if (request.signal.aborted) return;
      this.#failures += 1;
    }
    this.#plan();
  }

  /** Only an answer of ours is shown: no hotel's page, no error, nothing unchanged. */
  async #take(response) {
    const { status, headers } = response;
    if (headers.get("X-App") !== "scaleup" || ![200, 304].includes(status)) throw new Error(`status ${status}`);
    if (status === 304) return;
    this.#show(await response.text());
    this.#etag = headers.get("ETag") ?? "";
    this.#isDone = headers.get("X-Live") === "done";
  }

  #show(html) {
    const focused = document.activeElement;
    const place = [...this.querySelectorAll(FOCUSABLE)].indexOf(focused);
    const opened = [...this.querySelectorAll("details[open][id]")].map((details) => details.id);
    const template = document.createElement("template");
    template.innerHTML = html;
    this.replaceChildren(template.content);
    for (const details of this.querySelectorAll("details[id]")) details.open ||= opened.includes(details.id);
    if (place >= 0) this.#refocus(focused.id, place);
  }

  /** The keyboard stays where it was: on the element of the same name, or else of the same place. */
  #refocus(id, place) {
    const target = (id && document.getElementById(id)) || this.querySelectorAll(FOCUSABLE)[place] || this;
    if (target === this) this.tabIndex = -1;
    target.focus({ preventScroll: true });
  }
}

customElements.define("live-part", LivePart);
