// What the customer writes: kept until the server has it, sent one at a time, always under the same id.

const BASE = new URL(".", document.currentScript.src).href.replace(/\/$/, "");
const STORE = `chatbot:${BASE}`;
const RETRY_MS = [1000, 2000, 4000, 8000, 15000];

// Private windows may refuse storage: the chat then works, it only forgets on reload.
const memory = new Map();
function recall(name) {
  try { return localStorage.getItem(`${STORE}:${name}`); } catch { return memory.get(name) ?? null; }
}
function remember(name, value) {
  try { localStorage.setItem(`${STORE}:${name}`, value); } catch { memory.set(name, value); }
}

function randomId(bytes) {
  const raw = crypto.getRandomValues(new Uint8Array(bytes));
  return btoa(String.fromCharCode(...raw)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// 256 random bits: whoever holds them is this visitor. Made when the first message is written.
function session() {
  const known = recall("session");
  if (known && /^[\w-]{43}$/.test(known)) return known;
  const fresh = randomId(32);
  remember("session", fresh);
  return fresh;
}

class Outgoing {
  // `changed(message, state, why)`: state is waiting | sent | refused.
  constructor(changed) {
    this.changed = changed;
    this.failures = 0;
    this.busy = false;
    this.timer = 0;
    try { this.waiting = JSON.parse(recall("waiting") ?? "[]"); } catch { this.waiting = []; }
    if (!Array.isArray(this.waiting)) this.waiting = [];
    addEventListener("online", () => this.flush());
  }

  add(fields) {
    const message = { id: randomId(12), ...fields };
    this.waiting.push(message);
    this.save();
    this.flush();
    return message;
  }

  save() { remember("waiting", JSON.stringify(this.waiting)); }

  // Seen in the transcript: the server has it, even if its answer to us was lost.
  confirmed(id) {
    const before = this.waiting.length;
    this.waiting = this.waiting.filter((message) => message.id !== id);
    if (this.waiting.length !== before) this.save();
  }

  async flush() {
    if (this.busy || !this.waiting.length) return;
    this.busy = true;
    clearTimeout(this.timer);
    while (this.waiting.length) {
      const message = this.waiting[0];
      const wait = await this.post(message);
      if (wait) {
        this.changed(message, "waiting");
        this.timer = setTimeout(() => this.flush(), wait);
        break;
      }
      this.confirmed(message.id);
    }
    this.busy = false;
  }

  // 0 when the message needs no further attempt, else how long to wait before the next.
  async post(message) {
    let response;
    try {
      response = await fetch(`${BASE}/messages`, {
        method: "POST",
        credentials: "omit",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ session: session(), ...message }),
      });
    } catch {
      return this.later();
    }
    if (response.ok) {
      this.failures = 0;
      this.changed(message, "sent");
      return 0;
    }
    const answer = await response.json().catch(() => ({}));
    if (response.status === 429) return (Number(response.headers.get("Retry-After")) || 2) * 1000;
    if (response.status >= 500 || response.status === 408) return this.later();
    this.changed(message, "refused", String(answer.error ?? ""));
    return 0;
  }

  // The line is down or the server busy: wait longer each time.
  later() {
    const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)];
    this.failures += 1;
    return wait;
  }
}
