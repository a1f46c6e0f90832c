// What the visitor writes: kept until the server has it, sent one at a time and in order, always under the same id.
// A file is too large to keep: it waits as long as its page is open.

const RETRY_MS = [1000, 2000, 4000, 8000, 15000];

class Outgoing {
  // `changed(id, state, why, status)`: state is sent | waiting | refused; `added(message)` for what another tab wrote.
  constructor(keeping, connection, { changed, added }) {
    this.keeping = keeping;
    this.connection = connection;
    this.changed = changed;
    this.files = new Map();
    this.failures = 0;
    keeping.on("waiting", (value, name) => {
      if (value) added(JSON.parse(value));
      else this.changed(name.split("-").slice(1).join("-"), "elsewhere");
    });
    this.flushes = () => this.flush();
    addEventListener("online", this.flushes);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    removeEventListener("online", this.flushes);
  }

  // The oldest first: names begin with the time.
  get waiting() {
    const kept = this.keeping.names("waiting:").map((name) => {
      try { return { name, message: JSON.parse(this.keeping.get(name)) }; } catch { return { name, message: null }; }
    });
    return [...kept, ...this.files.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  add(fields, file) {
    const profile = this.keeping.profile;
    const message = { id: randomId(12), ...fields, ...(profile ? { profile } : {}) };
    const name = `waiting:${String(Date.now()).padStart(15, "0")}-${message.id}`;
    if (file) this.files.set(message.id, { name, message, file });
    else this.keeping.set(name, JSON.stringify(message));
    this.flush();
    return message;
  }

  // Seen in the transcript, or refused: it needs no further attempt.
  done(id) {
    this.files.delete(id);
    const kept = this.keeping.names("waiting:").find((name) => name.endsWith(`-${id}`));
    if (kept) this.keeping.drop(kept);
  }

  async flush() {
    if (this.busy || this.stopped || !this.waiting.length) return;
    this.busy = true;
    clearTimeout(this.timer);
    await this.keeping.alone(async () => {
      // Looked up again each time: another tab may have sent it meanwhile.
      for (let next = this.waiting[0]; next && !this.stopped; next = this.waiting[0]) {
        const wait = await this.attempt(next);
        if (wait) {
          this.timer = setTimeout(() => this.flush(), wait);
          return;
        }
      }
    });
    this.busy = false;
  }

  // 0 when the message needs no further attempt, else how long to wait before the next.
  async attempt({ name, message, file }) {
    if (!message) return this.keeping.drop(name) ?? 0;
    const { status, error, retry_after } = file
      ? await this.connection.post(`files?${new URLSearchParams({ id: message.id, name: file.name })}`, file, "application/octet-stream")
      : await this.connection.say(message);
    if (status === 200) {
      this.failures = 0;
      this.done(message.id);
      this.changed(message.id, "sent");
      return 0;
    }
    if (status === 0 || status === 429 || status === 408 || status >= 500) {
      this.changed(message.id, "waiting");
      return retry_after ? retry_after * 1000 : this.later();
    }
    this.done(message.id);
    this.changed(message.id, "refused", error ?? "", status);
    return 0;
  }

  // The line is down or the server busy: wait longer each time.
  later() {
    const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)];
    this.failures += 1;
    return wait * (0.75 + Math.random() / 2);
  }
}
