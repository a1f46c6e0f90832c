// The line to the server: a WebSocket; where proxies let none through, server-sent events; where they hold back even
// those, long polls. The same frames come by all three, and each resumes behind the last line that was shown.

const PATIENCE_MS = 7000; // for the first sign of life; a proxy that swallows everything neither fails nor speaks
const SILENCE_MS = 40000; // the server says `here` every fifteen seconds
const UPGRADE_MS = 240000; // how long to do with less before trying a WebSocket again
const ANSWER_MS = 12000;
const FIRST_WAIT_MS = 800;
const LONGEST_WAIT_MS = 30000;
const WAYS = ["socket", "stream", "poll"];

class Connection {
  // `line(frame)` for each new line in order, `live()` once the history is in, `typing(on)`, `online(is)`.
  constructor(keeping, handlers) {
    this.keeping = keeping;
    this.handlers = handlers;
    this.cursor = 0;
    this.busy = false;
    this.level = 0;
    this.failures = 0;
    this.answers = new Map();
    this.woken = () => this.wake();
    this.gone = () => { this.end?.(); handlers.online(false); };
    addEventListener("online", this.woken);
    addEventListener("offline", this.gone);
    document.addEventListener("visibilitychange", this.woken);
  }

  async start() {
    if (this.started) return;
    this.started = true;
    while (!this.stopped) {
      const worked = await this[WAYS[this.level]]();
      if (this.stopped) return;
      this.handlers.online(false);
      this.busy = false;
      this.settleAnswers();
      if (worked) this.failures = worked === "full" ? 2 : 0;
      else this.failures += 1;
      if (worked === "again") continue;
      // A server that is away fails in every way: whoever went down comes up again from time to time.
      if (this.failures > 1 && navigator.onLine) this.level = (this.level + 1) % WAYS.length;
      await this.pause();
    }
  }

  stop() {
    this.stopped = true;
    removeEventListener("online", this.woken);
    removeEventListener("offline", this.gone);
    document.removeEventListener("visibilitychange", this.woken);
    this.end?.();
    this.wake();
  }

  // Longer each time, and never at the same moment as everybody else.
  pause() {
    const most = Math.min(FIRST_WAIT_MS * 2 ** Math.min(this.failures, 6), LONGEST_WAIT_MS);
    return new Promise((done) => {
      this.resume = done;
      setTimeout(done, most / 2 + Math.random() * most / 2);
    });
  }

  wake() {
    if (document.visibilityState === "hidden" || !navigator.onLine) return;
    if (this.heardAt && Date.now() - this.heardAt > SILENCE_MS) this.end?.();
    this.resume?.();
  }

  // --- three ways: each promises whether it worked, once it is over ---

  socket() {
    return new Promise((done) => {
      let socket;
      let worked = false;
      try { socket = new WebSocket(`${BASE.replace(/^http/, "ws")}/socket`); } catch { return done(false); }
      this.end = () => socket.close();
      const watch = this.watch(() => finish());
      const finish = () => {
        watch.stop();
        if (this.line === socket) this.line = null;
        socket.onmessage = socket.onclose = socket.onerror = null;
        socket.close();
        this.end = null;
        done(worked);
      };
      socket.onopen = () => socket.send(JSON.stringify({ type: "hello", session: this.keeping.session, after: this.cursor, typing: this.busy }));
      socket.onmessage = ({ data }) => {
        if (!worked) this.opened();
        worked = true;
        this.line = socket;
        watch.seen();
        this.take(JSON.parse(data));
      };
      socket.onclose = socket.onerror = finish;
    });
  }

  async stream() {
    const abort = new AbortController();
    this.end = () => abort.abort();
    const watch = this.watch(this.end);
    const upgrade = setTimeout(this.end, UPGRADE_MS);
    let worked = false;
    try {
      const response = await this.read("stream", abort);
      if (!response.ok) return false;
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      let rest = "";
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        rest += decoder.decode(piece.value, { stream: true });
        const events = rest.split("\n\n");
        rest = events.pop();
        for (const event of events) {
          const data = event.match(/^data: (.*)$/m);
          if (!data) continue;
          if (!worked) this.opened();
          worked = true;
          watch.seen();
          this.take(JSON.parse(data[1]));
        }
      }
    } catch { /* broken off, or given up */ } finally {
      clearTimeout(upgrade);
      watch.stop();
      this.end = null;
    }
    if (worked) this.level = 0;
    return worked;
  }

  async poll() {
    const until = Date.now() + UPGRADE_MS;
    let worked = false;
    try {
      while (!this.stopped && Date.now() < until) {
        const abort = new AbortController();
        this.end = () => abort.abort();
        const patience = setTimeout(this.end, SILENCE_MS);
        // The first answer comes at once; after it each waits for something new.
        const response = await this.read(worked ? `messages?wait=20${this.busy ? "&typing=1" : ""}` : "messages", abort);
        clearTimeout(patience);
        if (!response.ok) return worked && response.status === 429 ? "full" : worked;
        const { frames } = await response.json();
        if (!worked) this.opened();
        worked = true;
        this.heardAt = Date.now();
        frames.forEach((frame) => this.take(frame));
      }
    } catch { return worked; } finally { this.end = null; }
    this.level = 0;
    return "again";
  }

  read(path, abort) {
    return fetch(`${BASE}/${path}`, {
      credentials: "omit", cache: "no-store", signal: abort.signal,
      headers: { Authorization: `Bearer ${this.keeping.session}`, "Last-Event-ID": String(this.cursor) },
    });
  }

  // Ends what gives no sign of life.
  watch(end) {
    let timer = setTimeout(end, PATIENCE_MS);
    return {
      seen: () => {
        this.heardAt = Date.now();
        clearTimeout(timer);
        timer = setTimeout(end, SILENCE_MS);
      },
      stop: () => clearTimeout(timer),
    };
  }

  opened() {
    this.failures = 0;
    this.handlers.online(true);
  }

  take(frame) {
    switch (frame.type) {
      case "line":
        if (frame.cursor <= this.cursor) return;
        this.cursor = frame.cursor;
        return this.handlers.line(frame);
      case "live": return this.handlers.live();
      case "typing":
        this.busy = frame.on;
        return this.handlers.typing(frame.on);
      case "answer":
        this.answers.get(frame.id)?.(frame);
        this.answers.delete(frame.id);
    }
  }

  // --- to the server ---

  // Say something; the answer has an HTTP `status`, 0 when none came, with `error` and `retry_after` in seconds.
  async say(body) {
    if (!navigator.onLine) return { status: 0 };
    if (this.line?.readyState === WebSocket.OPEN && body.id) {
      const answer = await new Promise((done) => {
        this.answers.set(body.id, done);
        this.line.send(JSON.stringify(body));
        setTimeout(done, ANSWER_MS, { status: 0 });
      });
      return answer;
    }
    return this.post("messages", JSON.stringify({ session: this.keeping.session, ...body }), "application/json");
  }

  // A hint is worth one attempt.
  hint(body) {
    if (this.line?.readyState === WebSocket.OPEN) this.line.send(JSON.stringify(body));
    else if (navigator.onLine && this.started) this.say(body);
  }

  async post(path, body, type) {
    try {
      const response = await fetch(`${BASE}/${path}`, {
        method: "POST", credentials: "omit", body,
        headers: { "Content-Type": type, Authorization: `Bearer ${this.keeping.session}` },
      });
      const answer = await response.json().catch(() => ({}));
      return { status: response.status, error: answer.error, retry_after: answer.retry_after };
    } catch { return { status: 0 }; }
  }

  settleAnswers() {
    for (const done of this.answers.values()) done({ status: 0 });
    this.answers.clear();
  }
}
