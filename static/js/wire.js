/** How one change reaches the server: the protocol of docs/saving.md, boiled down to one outcome. */

import { word } from "./words.js";

const PATIENCE = 20_000;
const MAY_OUTLIVE_PAGE = 30_000; // browsers let 64 kB in all be sent after a page is left
const APPLIED = new Set(["applied", "same", "repeat"]);
const UNREADABLE = new Set([400, 413]); // sending it again would not help

export class Wire {
  #user;
  #token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;

  constructor(user) {
    this.#user = user;
  }

  /** Never rejects. The outcome is saved, conflict or refused; or unreachable, signed-out, other-user or fault. */
  async send(mutation) {
    for (let round = 0; round < 2; round += 1) {
      const barrier = this.#token ? "" : await this.#fetchToken();
      if (barrier) return { outcome: barrier, answer: {} };
      const { status, answer } = await ask(word("save-url"), this.#request(mutation));
      const isStale = status === 403 && !answer.result; // the CSRF token, changed by a sign-in elsewhere
      if (isStale || status === 401) this.#token = "";
      if (!isStale) return { outcome: outcomeOf(status, answer), answer };
    }
    return { outcome: "fault", answer: {} };
  }

  /** Asks whose session this is now; what one person typed is never sent as another. */
  async #fetchToken() {
    const { status, answer } = await ask(word("session-url"));
    if (status !== 200 || answer.user === undefined) return status ? "fault" : "unreachable";
    if (answer.user === null) return "signed-out";
    if (String(answer.user) !== this.#user) return "other-user";
    this.#token = answer.csrf;
    return "";
  }

  #request({ key, kind, id, field, value, base }) {
    const body = new URLSearchParams({ key, kind, id, field, value, base, user: this.#user });
    const keepalive = body.toString().length < MAY_OUTLIVE_PAGE;
    return { method: "POST", body, keepalive, headers: { "X-CSRFToken": this.#token } };
  }
}

function outcomeOf(status, answer) {
  if (status === 0) return "unreachable";
  if (status === 401) return answer.result === "other_user" ? "other-user" : "signed-out";
  if (status === 200 && APPLIED.has(answer.result)) return "saved";
  if (status === 409 && answer.result === "conflict") return "conflict";
  if (answer.result === "refused" || UNREADABLE.has(status)) return "refused";
  return "fault";
}

/** Status 0 stands for everything that is no answer of ours: no link, a portal's page, a redirect. */
async function ask(url, { headers, ...options } = {}) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const response = await fetch(url, {
      ...options,
      headers: { Accept: "application/json", ...headers },
      redirect: "error",
      cache: "no-store",
      signal: patience.signal,
    });
    if (response.headers.get("X-App") !== "scaleup") return { status: 0, answer: {} };
    return { status: response.status, answer: (await response.json().catch(() => null)) ?? {} };
  } catch {
    return { status: 0, answer: {} };
  } finally {
    clearTimeout(timer);
  }
}
