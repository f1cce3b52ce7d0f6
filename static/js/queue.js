/** What one person typed and the server has not acknowledged, kept on this device as well. */

const STORED = ["key", "kind", "id", "field", "value", "said", "base", "order", "url", "title"];

/** The one name of a field of a thing. */
export function slotOf({ kind, id, field }) {
  return `${kind}/${id}/${field}`;
}

/** The server said no, or somebody was first: it waits for the person, not for the link. */
export function isHeld({ problem }) {
  return problem?.outcome === "conflict" || problem?.outcome === "refused";
}

/** Mutations, oldest first. Of each field the first may be under way; the last is what is wanted. */
export class Queue {
  #prefix;
  #entries;

  /** Nobody else's entries are ever read. */
  constructor(user) {
    this.#prefix = `unsaved/${user}/`;
    this.#entries = this.#read();
  }

  get entries() {
    return [...this.#entries];
  }

  /** How many fields wait. */
  get count() {
    return new Set(this.#entries.map(({ slot }) => slot)).size;
  }

  /** Whether this device keeps all of it: storage may be full or switched off. */
  get isKept() {
    return this.#entries.every((mutation) => mutation.isKept);
  }

  get held() {
    return this.#entries.filter(isHeld);
  }

  get unsent() {
    return this.#entries.filter((mutation) => !isHeld(mutation));
  }

  /** What may be sent: of each field the oldest. */
  get heads() {
    const slots = this.#entries.map(({ slot }) => slot);
    return this.unsent.filter((mutation) => this.#entries[slots.indexOf(mutation.slot)] === mutation);
  }

  last(slot) {
    return this.#entries.filter((mutation) => mutation.slot === slot).pop();
  }

  /** What was typed in the same field since. */
  laterThan(mutation) {
    return this.#entries.find((other) => other.slot === mutation.slot && other !== mutation);
  }

  /** A key stands for one value for ever, so every new value has a new one. */
  add(change) {
    const page = { url: location.pathname + location.search, title: document.title };
    const order = Math.max(Date.now(), ...this.#entries.map((other) => other.order + 1));
    const mutation = { ...page, ...change, key: newKey(), slot: slotOf(change), order, tried: false };
    this.#keep(mutation);
    this.#entries.push(mutation);
  }

  replace(old, changes) {
    this.add({ ...old, ...changes });
    this.remove(old);
  }

  remove(mutation) {
    this.#entries = this.#entries.filter((other) => other !== mutation);
    if (mutation.isKept) localStorage.removeItem(this.#prefix + mutation.key);
  }

  /** The field has a new version, and it was ours. */
  rebase(mutation, version) {
    mutation.base = version;
    this.#keep(mutation);
  }

  #keep(mutation) {
    try {
      localStorage.setItem(this.#prefix + mutation.key, JSON.stringify(mutation, STORED));
      mutation.isKept = true;
    } catch {
      mutation.isKept = false;
    }
  }

  #read() {
    try {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.#prefix));
      return keys.flatMap(revive).sort((one, other) => one.order - other.order);
    } catch {
      return [];
    }
  }
}

/** It may have been sent before its page was closed, so it keeps its key. */
function revive(name) {
  try {
    const stored = JSON.parse(localStorage.getItem(name));
    return [{ ...stored, slot: slotOf(stored), isKept: true, tried: true, due: 0 }];
  } catch {
    localStorage.removeItem(name); // damaged: the others still count
    return [];
  }
}

function newKey() {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
