// What the transcript says, from a cursor: live by server-sent events, by polling where those do not get through.

const POLL_MS = 2500;
const STREAM_PATIENCE_MS = 8000;

class Incoming {
  // `entry(line)` for each new line in order, `live()` once the history is in, `typing()`, `online(boolean)`.
  constructor(handlers) {
    this.handlers = handlers;
    this.cursor = 0;
    this.source = null;
    this.failures = 0;
    this.polling = 0;
    addEventListener("online", () => this.started && this.source === null && this.listen());
    addEventListener("offline", () => this.handlers.online(false));
  }

  start() {
    if (this.started) return;
    this.started = true;
    this.listen();
  }

  url(path) {
    return `${BASE}/${path}?session=${encodeURIComponent(session())}&after=${this.cursor}`;
  }

  listen() {
    clearTimeout(this.polling);
    if (!("EventSource" in window)) return this.poll();
    const source = new EventSource(this.url("stream"));
    this.source = source;
    // A proxy that swallows streams neither fails nor speaks: give it a while, then poll.
    const patience = setTimeout(() => this.fallBack(source), STREAM_PATIENCE_MS);
    source.addEventListener("open", () => {
      clearTimeout(patience);
      this.failures = 0;
      this.handlers.online(true);
    });
    source.addEventListener("entry", (event) => this.take(JSON.parse(event.data)));
    source.addEventListener("live", () => this.handlers.live());
    source.addEventListener("typing", () => this.handlers.typing());
    source.addEventListener("error", () => {
      this.failures += 1;
      this.handlers.online(false);
      if (source.readyState === EventSource.CLOSED || this.failures >= 3) {
        clearTimeout(patience);
        this.fallBack(source);
      }
    });
  }

  fallBack(source) {
    if (this.source !== source) return;
    source.close();
    this.source = null;
    this.poll();
  }

  async poll() {
    let worked = false;
    try {
      const response = await fetch(this.url("messages"), { credentials: "omit" });
      if (response.ok) {
        const { entries } = await response.json();
        entries.forEach((line) => this.take(line));
        this.handlers.live();
        worked = true;
      }
    } catch { /* offline: the next round tells */ }
    this.handlers.online(worked);
    this.rounds = (this.rounds ?? 0) + 1;
    // Now and then try to be live again.
    if (worked && this.rounds % 12 === 0) return this.listen();
    this.polling = setTimeout(() => this.poll(), POLL_MS);
  }

  take(line) {
    if (line.cursor <= this.cursor) return;
    this.cursor = line.cursor;
    this.handlers.entry(line);
  }
}
