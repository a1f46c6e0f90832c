// What a browser keeps between pages and shares between tabs: who the visitor is, what waits to be sent, what was seen.

const script = document.currentScript;
const BASE = new URL(".", script.src).href.replace(/\/$/, "");

// Private windows may refuse storage: the chat then works, it only forgets on reload.
const memory = new Map();
const storage = (() => {
  try {
    localStorage.getItem(BASE);
    return localStorage;
  } catch { return null; }
})();

function randomId(bytes) {
  const raw = crypto.getRandomValues(new Uint8Array(bytes));
  return coded(String.fromCharCode(...raw));
}

function coded(binary) {
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// One visitor's own drawer: anonymous, or a user whom the page names and proves.
class Keeping {
  // `profile`: what the page knows of the visitor, told with each message.
  constructor(identity, profile) {
    this.identity = identity;
    this.profile = Object.values(profile).some(Boolean) ? profile : null;
    this.prefix = `chatbot:${BASE}:${identity ? `user:${identity.user}:` : ""}`;
    this.changed = new Map();
    this.tabs = null;
    try {
      this.tabs = new BroadcastChannel(this.prefix);
      this.tabs.onmessage = ({ data }) => this.changed.get(data.name)?.(data.value);
    } catch { /* then each tab finds out from the server */ }
    this.heard = (event) => {
      if (event.storageArea !== storage || !event.key?.startsWith(this.prefix)) return;
      const name = event.key.slice(this.prefix.length);
      this.changed.get(name.split(":")[0])?.(event.newValue, name);
    };
    addEventListener("storage", this.heard);
  }

  close() {
    removeEventListener("storage", this.heard);
    this.tabs?.close();
    this.changed.clear();
  }

  get(name) {
    const key = this.prefix + name;
    try { return storage ? storage.getItem(key) : memory.get(key) ?? null; } catch { return memory.get(key) ?? null; }
  }

  set(name, value) {
    const key = this.prefix + name;
    try { storage.setItem(key, value); } catch { memory.set(key, value); }
  }

  drop(name) {
    const key = this.prefix + name;
    memory.delete(key);
    try { storage.removeItem(key); } catch { /* it was never there */ }
  }

  // Names that begin so, in order.
  names(start) {
    const kept = storage ? Object.keys(storage) : [];
    return [...kept, ...memory.keys()].filter((key) => key.startsWith(this.prefix + start)).map((key) => key.slice(this.prefix.length)).sort();
  }

  // What another tab does to a name, by storage or by telling.
  on(name, handle) { this.changed.set(name, handle); }

  tell(name, value) { this.tabs?.postMessage({ name, value }); }

  // Whether this visitor has a conversation, or may have one elsewhere.
  get known() { return Boolean(this.identity || this.get("session")); }

  // 256 random bits: whoever holds them is this visitor. Made when the first message is written.
  get session() {
    if (this.identity) return `u.${coded(String.fromCharCode(...new TextEncoder().encode(this.identity.user)))}.${this.identity.hash}`;
    const known = this.get("session");
    if (known && /^[\w-]{43}$/.test(known)) return known;
    const fresh = randomId(32);
    this.set("session", fresh);
    return fresh;
  }

  // One tab at a time, where the browser can see to that; elsewhere the server tells doubles by their ids.
  async alone(work) {
    const locks = navigator.locks;
    return locks ? locks.request(`${this.prefix}sending`, work) : work();
  }
}
