/** Sends one person's changes in turn, one at a time, and again until the server has answered. */

import { isHeld, Queue, slotOf } from "./queue.js";
import { Wire } from "./wire.js";

const FIRST_RETRY = 1_000;
const LAST_RETRY = 60_000;
const STOPS = new Set(["unreachable", "signed-out", "other-user"]);

let current = null;

/** The outbox of the person this page was made for; all elements of a page share it. */
export function openOutbox(user) {
  current ??= new Outbox(user);
  return current;
}

/** Calls back with the outbox at every change of its state, and now if there is one already. */
export function watchOutbox(callback) {
  document.addEventListener("outbox", (event) => callback(event.detail));
  if (current) callback(current);
}

class Outbox extends EventTarget {
  #wire;
  #queue;
  #claimed = new Set();
  #sending = null;
  #stop = ""; // why nothing gets through, after the last try
  #delay = FIRST_RETRY;
  #timer = 0;
  #saved = "";

  constructor(user) {
    super();
    this.#wire = new Wire(user);
    this.#queue = new Queue(user);
    window.addEventListener("online", () => this.#hurry());
    window.addEventListener("pageshow", () => this.#hurry());
    window.addEventListener("pagehide", () => this.#leave());
    document.addEventListener("visibilitychange", () => this.#hurry());
    this.#plan();
  }

  /** A field of this page: what becomes of it is shown there. Gives what waits for it, if anything. */
  claim(slot) {
    this.#claimed.add(slot);
    return this.waiting(slot);
  }

  waiting(slot) {
    return this.#queue.last(slot);
  }

  /** Keeps a new value now and sends it `wait` milliseconds later, unless it changes again before. */
  put(change, wait) {
    const last = this.waiting(slotOf(change));
    const due = performance.now() + wait;
    if (last?.value === change.value) {
      if (!last.tried) last.due = due;
    } else if (last && (!last.tried || isHeld(last))) {
      const isConflict = last.problem?.outcome === "conflict"; // stays one until it is decided
      this.#queue.replace(last, { value: change.value, due, problem: isConflict ? last.problem : null });
    } else {
      this.#queue.add({ ...change, due });
    }
    this.#tell();
  }

  /** Typing is over there: send it now. */
  release(slot) {
    const last = this.waiting(slot);
    if (last && !last.tried) last.due = 0;
    this.#plan();
  }

  /** The person saw both versions and chose this value. */
  decide(slot, value) {
    const held = this.waiting(slot);
    this.#queue.replace(held, { value, base: held.problem.answer.version, due: 0, problem: null });
    this.#tell();
  }

  discard(mutation) {
    this.#queue.remove(mutation);
    this.#tell();
  }

  /** What was refused, or somebody was first with, in fields that are not on this page. */
  get strays() {
    return this.#queue.held.filter(({ slot }) => !this.#claimed.has(slot));
  }

  /** For <save-status>: quiet, saving, saved or unsaved, and why. */
  get state() {
    const { count, isKept, held } = this.#queue;
    const reason = this.#barrier || held[0]?.problem.outcome;
    if (reason) return { name: "unsaved", reason, count, isKept, message: held[0]?.problem.answer.message };
    if (count) return { name: "saving" };
    return { name: this.#saved ? "saved" : "quiet", message: this.#saved };
  }

  /** Why what could be sent does not get through, if so. */
  get #barrier() {
    const { unsent } = this.#queue;
    const reason = this.#stop || unsent.find(({ problem }) => problem)?.problem.outcome;
    return unsent.length && reason ? reason : "";
  }

  /** The longest due goes first. */
  #plan() {
    clearTimeout(this.#timer);
    const next = this.#queue.heads.sort((one, other) => one.due - other.due)[0];
    if (!next || this.#sending) return;
    this.#timer = setTimeout(() => this.#send(next), Math.max(0, next.due - performance.now()));
  }

  async #send(mutation) {
    this.#sending = mutation;
    mutation.tried = true;
    this.#tell();
    const { outcome, answer } = await this.#wire.send(mutation);
    this.#sending = null;
    if (STOPS.has(outcome) || outcome === "fault") this.#postpone(mutation, outcome);
    else this.#settle(mutation, outcome, answer);
    this.#tell();
  }

  #postpone(mutation, outcome) {
    const due = performance.now() + this.#delay;
    this.#delay = Math.min(2 * this.#delay, LAST_RETRY);
    if (outcome === "fault") {
      Object.assign(mutation, { due, problem: { outcome } }); // others may get through
    } else {
      this.#stop = outcome;
      for (const other of this.#queue.entries) other.due = Math.max(other.due, due);
    }
  }

  #settle(mutation, outcome, answer) {
    if (this.#stop) this.#hurry();
    this.#stop = "";
    this.#delay = FIRST_RETRY;
    const later = this.#queue.laterThan(mutation);
    if (outcome === "saved" || later) this.#queue.remove(mutation);
    else mutation.problem = { outcome, answer };
    if (outcome === "saved") this.#saved = answer.message;
    if (outcome === "saved" && later) this.#queue.rebase(later, answer.version);
    this.dispatchEvent(new CustomEvent("answer", { detail: { mutation, outcome, answer, later } }));
  }

  /** The link may be back, or the page may soon be gone: nothing waits any longer. */
  #hurry() {
    for (const mutation of this.#queue.entries) mutation.due = 0;
    this.#plan();
  }

  /** The page is left: what was never sent goes now; if it does not arrive, it is still kept here. */
  #leave() {
    for (const mutation of this.#queue.heads.filter((head) => !head.tried)) {
      mutation.tried = true;
      this.#wire.send(mutation);
    }
  }

  #tell() {
    if (this.#barrier || !this.#queue.isKept) window.addEventListener("beforeunload", warn);
    else window.removeEventListener("beforeunload", warn); // its mere presence may keep Back from reviving the page
    document.dispatchEvent(new CustomEvent("outbox", { detail: this }));
    this.#plan();
  }
}

function warn(event) {
  event.preventDefault();
  event.returnValue = ""; // older browsers ask only then
}
