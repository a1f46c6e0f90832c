// Puts the parts together: what is written goes out, what the transcript says comes in, each line is shown once.

const TYPING_EVERY_MS = 5000;
const SEEN_AFTER_MS = 1000;

// One visitor's conversation on one page. Another visitor is another one of these.
class Conversation {
  constructor(view, who) {
    this.view = view;
    this.rows = new Map(); // our own messages on the screen, by id
    this.unseen = new Set(); // cursors of others' lines that nobody has looked at yet
    const keeping = this.keeping = new Keeping(identityOf(who), { name: who.name, email: who.email, locale: who.locale });
    this.connection = new Connection(keeping, {
      line: (line) => this.line(line),
      live: () => view.live(),
      typing: (on) => view.typing(on),
      online: (is) => {
        view.online(is);
        if (is) this.outgoing.flush();
      },
    });
    this.outgoing = new Outgoing(keeping, this.connection, {
      changed: (id, state, why, status) => this.changed(id, state, { 413: this.tooLarge, 415: view.words.wrong_type }[status] ?? why),
      added: (message) => this.pending(message),
    });
    keeping.on("session", () => this.connection.start());
    keeping.on("seen", (cursor) => this.saw(Number(cursor)));
    keeping.on("refused", ({ id, why }) => this.refused(id, why));
    this.looks = () => this.look();
    document.addEventListener("visibilitychange", this.looks);
    // Someone who has been here sees the conversation again; a new visitor costs the server nothing yet.
    if (keeping.known) this.connection.start();
    else view.live();
    this.outgoing.waiting.forEach(({ message }) => message && this.pending(message));
    this.outgoing.flush();
  }

  stop() {
    document.removeEventListener("visibilitychange", this.looks);
    clearTimeout(this.seenSoon);
    this.outgoing.stop();
    this.connection.stop();
    this.keeping.close();
  }

  // --- what comes in ---

  line(line) {
    if (line.id) this.outgoing.done(line.id);
    const known = line.id ? this.rows.get(line.id) : null;
    if (known) return this.view.settle(known, line);
    const row = this.view.show(line);
    if (line.id) this.rows.set(line.id, row);
    if (line.author === "customer" || line.cursor <= Number(this.keeping.get("seen"))) return;
    this.unseen.add(line.cursor);
    this.look();
  }

  // Whoever looks at the end of the conversation has read it; told a moment later, and once for several lines.
  look() {
    if (!this.view.visible) return this.view.unread(this.unseen.size);
    if (!this.unseen.size) return;
    const newest = Math.max(...this.unseen);
    this.keeping.set("seen", String(newest));
    this.unseen.clear();
    this.view.unread(0);
    clearTimeout(this.seenSoon);
    this.seenSoon = setTimeout(() => this.connection.hint({ type: "read", cursor: newest }), SEEN_AFTER_MS);
  }

  // Read in another tab.
  saw(cursor) {
    for (const each of this.unseen) if (each <= cursor) this.unseen.delete(each);
    this.view.unread(this.unseen.size);
  }

  // --- what goes out ---

  send(fields) {
    this.pending(this.outgoing.add(fields));
    this.connection.start();
  }

  sendFile(file) {
    const { words } = this.view;
    const message = { title: file.name };
    if (file.size > CONFIG.maxFile) {
      const row = this.view.show({ author: "customer", attachment: { kind: "file", url: "", title: file.name }, state: words.sending });
      return this.view.state(row, `${words.not_sent} ${this.tooLarge}`, true);
    }
    this.pending(this.outgoing.add(message, file), file.name);
    this.connection.start();
  }

  get tooLarge() { return filled(this.view.words.too_large, CONFIG.maxFile / 1e6); }

  pending(message, file) {
    if (this.rows.has(message.id)) return;
    const said = file ? { attachment: { kind: "file", url: "", title: file } } : { text: message.text ?? message.title };
    this.rows.set(message.id, this.view.show({ author: "customer", state: this.view.words.sending, ...said }));
  }

  changed(id, state, why) {
    const row = this.rows.get(id);
    if (state === "waiting") return this.view.online(navigator.onLine && this.outgoing.failures < 2);
    if (state === "refused") {
      this.keeping.tell("refused", { id, why });
      this.refused(id, why);
    }
    if (state === "sent" && row) {
      const newest = [...this.view.log.querySelectorAll(".row")].filter((each) => !each.classList.contains("typing")).at(-1);
      if (row === newest) this.view.sent(row);
      else if (!row.classList.contains("pending")) this.view.state(row, "");
    }
  }

  refused(id, why) {
    const row = this.rows.get(id);
    if (row) this.view.state(row, `${this.view.words.not_sent} ${why}`, true);
  }

  typing() {
    const now = Date.now();
    if (!this.connection.started || now - (this.typedAt ?? 0) < TYPING_EVERY_MS) return;
    this.typedAt = now;
    this.connection.hint({ type: "typing" });
  }
}

// Attributes of the script's own tag: data-user and data-hash, data-name, data-email, data-lang, data-theme, ...
function identityOf({ user, hash }) {
  return user && hash ? { user: String(user), hash: String(hash) } : null;
}

function mount() {
  const { dataset } = script;
  const settings = { mode: dataset.mode, theme: dataset.theme ?? CONFIG.theme, position: dataset.position ?? CONFIG.position };
  const page = settings.mode === "page";
  const languages = [dataset.lang, CONFIG.language, page ? "" : document.documentElement.lang, ...(navigator.languages ?? [navigator.language])];
  const words = new Words(languages);
  if (page) Object.assign(document.documentElement, { lang: words.language, dir: words.dir });
  const host = element("chatbot-widget");
  document.body.append(host);
  const open = `chatbot:${BASE}:open`;
  const recall = (value) => { try { return value === undefined ? sessionStorage.getItem(open) : sessionStorage.setItem(open, value); } catch { return null; } };
  let view;
  let conversation;
  const begin = (who) => {
    const was = conversation && !page && !view.panel.hidden;
    conversation?.stop();
    view = new View(host, settings, words, {
      send: (fields) => conversation.send(fields),
      sendFile: (file) => conversation.sendFile(file),
      typing: () => conversation.typing(),
      toggled: (is) => {
        recall(is ? "1" : "");
        if (is && conversation) conversation.look();
      },
    });
    conversation = new Conversation(view, who);
    // On the next page of a site the chat is as it was on the one before; it takes the focus only where it was asked to.
    if (was || (!page && recall() && !view.full.matches)) view.toggle(true, false);
    if (page) view.input.focus({ preventScroll: true });
  };
  // What the page around may do: document.querySelector("chatbot-widget").open(), and so on.
  Object.assign(host, {
    open: () => view.toggle(true),
    close: () => view.toggle(false),
    identify: (who) => begin(who),
    forget: () => begin({ locale: dataset.locale }),
  });
  begin(dataset);
}

if (document.body) mount();
else addEventListener("DOMContentLoaded", mount);
