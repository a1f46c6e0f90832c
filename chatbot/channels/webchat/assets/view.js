// The chat on the screen: launcher, panel, composer, and the log with its lines in order.

const PAUSE_MS = 15 * 60000; // a silence that is worth a time of day
const TYPING_AFTER_MS = 350; // most answers are there before anybody could read that one is coming

class View {
  // `send(fields)`, `sendFile(file)`, `typing()`, and `seen()` whenever what is shown may have been read.
  constructor(host, settings, words, handlers) {
    this.page = settings.mode === "page";
    this.settings = settings;
    this.words = words;
    this.handlers = handlers;
    this.title = words.of(CONFIG.title);
    this.lines = new Lines(words, this.title, (way, className) => this.press(way, className));
    this.root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    this.root.adoptedStyleSheets = [sheet];
    this.full = matchMedia("(max-width: 480px)");
    this.build();
    this.paint();
    this.scrolling = new Scrolling(this.log);
    this.fit();
  }

  build() {
    const { words } = this;
    this.log = element("div", { class: "log", role: "log", "aria-live": "off", "aria-label": words.conversation, tabindex: "0" });
    this.status = element("p", { class: "hidden", role: "status" });
    this.panel = element(
      "section",
      { class: this.page ? "panel page" : "panel", id: "chat-panel", "aria-label": this.title, lang: words.language, dir: words.dir },
      this.header(), this.log, this.status, this.composer(), element("p", { class: "drop", "aria-hidden": "true" }, words.drop),
    );
    this.panel.addEventListener("keydown", (event) => this.panelKey(event));
    this.takeFiles();
    this.root.replaceChildren(this.panel);
    if (!this.page) this.addLauncher();
    const welcome = words.of(CONFIG.welcome) || words.hello;
    this.log.append(element("p", { class: "welcome", dir: "auto" }, welcome));
  }

  header() {
    const close = element("button", { type: "button", class: "close plain", "aria-label": this.words.close, onclick: () => this.toggle(false) }, icon("close"));
    this.presence = element("p", { class: "presence" }, this.words.online);
    const letter = [...this.title.trim()][0]?.toUpperCase() ?? "";
    const name = element("h2", {}, element("bdi", {}, this.title));
    return element("header", {}, element("span", { class: "avatar", "aria-hidden": "true" }, letter), element("div", { class: "names" }, name, this.presence), ...(this.page ? [] : [close]));
  }

  composer() {
    const { words } = this;
    this.input = element("textarea", {
      id: "chat-input", rows: "1", dir: "auto", maxlength: String(CONFIG.maxText), placeholder: words.placeholder,
      autocomplete: "off", enterkeyhint: "send",
      oninput: () => { this.fit(); this.handlers.typing(); }, onkeydown: (event) => this.key(event),
    });
    this.sendButton = element("button", { type: "submit", class: "send", "aria-label": words.send }, icon("send"));
    return element(
      "form",
      { class: "composer", onsubmit: (event) => { event.preventDefault(); this.submit(); } },
      ...this.attaching(), element("label", { for: "chat-input", class: "hidden" }, words.message), this.input, this.sendButton,
    );
  }

  attaching() {
    if (!CONFIG.files.length) return [];
    const picker = element("input", { type: "file", class: "hidden", tabindex: "-1", "aria-hidden": "true", multiple: "" });
    picker.addEventListener("change", () => {
      [...picker.files].forEach((file) => this.handlers.sendFile(file));
      picker.value = "";
      this.input.focus();
    });
    return [picker, element("button", { type: "button", class: "attach plain", "aria-label": this.words.attach, onclick: () => picker.click() }, icon("attach"))];
  }

  takeFiles() {
    if (!CONFIG.files.length) return;
    const files = (data) => [...(data?.files ?? [])];
    const over = (event, is) => {
      if (is && ![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      this.panel.classList.toggle("over", is);
    };
    this.panel.addEventListener("dragover", (event) => over(event, true));
    this.panel.addEventListener("dragleave", (event) => { if (!this.panel.contains(event.relatedTarget)) over(event, false); });
    this.panel.addEventListener("drop", (event) => {
      over(event, false);
      files(event.dataTransfer).forEach((file) => this.handlers.sendFile(file));
    });
    this.input.addEventListener("paste", (event) => {
      const pasted = files(event.clipboardData);
      if (!pasted.length) return;
      event.preventDefault();
      pasted.forEach((file) => this.handlers.sendFile(file));
    });
  }

  addLauncher() {
    this.badge = element("span", { class: "badge", "aria-hidden": "true" });
    this.launcher = element(
      "button",
      { type: "button", class: "launcher", "aria-expanded": "false", "aria-controls": "chat-panel", dir: this.words.dir, onclick: () => this.toggle() },
      this.launcherIcon = element("span", {}, icon("chat")), this.badge,
    );
    for (const part of [this.panel, this.launcher]) part.classList.toggle("start", this.settings.position === "start");
    this.panel.hidden = true;
    this.panel.setAttribute("role", "dialog");
    this.full.addEventListener("change", () => this.modal());
    this.root.append(this.launcher);
    this.unread(0);
  }

  // Colours of the account, light or dark as the page or the visitor's system wants it.
  paint() {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const apply = () => {
      const dark = this.settings.theme === "dark" || (this.settings.theme !== "light" && system.matches);
      for (const part of [this.panel, this.launcher].filter(Boolean)) {
        part.classList.toggle("dark", dark);
        part.style.setProperty("--default-accent", CONFIG.accent);
        part.style.setProperty("--default-on-accent", CONFIG.onAccent);
        part.style.setProperty("--default-accent-text", CONFIG.accentText[Number(dark)]);
      }
    };
    system.addEventListener("change", apply);
    apply();
  }

  // --- opening and closing ---

  get visible() { return (this.page || !this.panel.hidden) && document.visibilityState === "visible"; }

  toggle(open = this.panel.hidden, focus = true) {
    if (this.page || open !== this.panel.hidden) return;
    this.panel.hidden = !open;
    this.launcher.setAttribute("aria-expanded", String(open));
    this.launcher.classList.toggle("open", open);
    this.launcherIcon.replaceChildren(icon(open ? "close" : "chat"));
    this.modal();
    this.handlers.toggled(open);
    if (open) {
      this.scrolling.toEnd(true);
      this.fit();
    }
    this.unread(0);
    if (focus) (open ? this.input : this.launcher).focus();
  }

  // Over the whole screen nothing else can be reached, and a reader is told so.
  modal() {
    if (this.full.matches && !this.panel.hidden) this.panel.setAttribute("aria-modal", "true");
    else this.panel.removeAttribute("aria-modal");
  }

  panelKey(event) {
    if (this.page) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      return this.toggle(false);
    }
    if (event.key !== "Tab" || !this.full.matches) return;
    const stops = reachable(this.panel).filter((each) => each.tabIndex >= 0);
    const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
    if (this.root.activeElement !== from) return;
    event.preventDefault();
    to.focus();
  }

  unread(count) {
    if (this.page) return;
    const open = !this.panel.hidden;
    this.badge.textContent = open || !count ? "" : count > 99 ? "99+" : String(count);
    const label = `${open ? this.words.close : this.words.open}: ${this.title}`;
    this.launcher.setAttribute("aria-label", open || !count ? label : `${label}, ${filled(this.words.unread, count)}`);
  }

  // --- writing ---

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }

  fit() {
    this.input.dir = this.input.value ? "auto" : this.words.dir; // a placeholder runs as the language does
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight + 3, 132)}px`;
    this.sendButton.disabled = !this.input.value.trim();
  }

  submit() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.fit();
    this.handlers.send({ text });
    this.input.focus();
  }

  press(way, className) {
    if (className === "options") this.dropOptions();
    this.handlers.send({ payload: way.payload || way.title, title: way.title });
    this.input.focus();
  }

  // --- showing ---

  // History is neither announced nor scrolled through; what comes after it is.
  live() {
    this.scrolling.smooth = true;
    this.log.setAttribute("aria-live", "polite");
  }

  // A line with a `state` is ours and not yet in the transcript: it stays below everything that is.
  show(line) {
    const mine = line.author === "customer";
    if (mine) this.scrolling.follows = true;
    const row = this.lines.row(line);
    this.dropOptions();
    if (line.options && !mine) row.append(this.options = this.lines.ways(line.options, "options"));
    this.sent(null);
    if (line.state) {
      row.classList.add("pending");
      this.state(row, line.state);
    }
    if (!mine) this.typing(false);
    this.when(line.at ?? Date.now());
    this.place(row);
    this.scrolling.add(row);
    return row;
  }

  place(row) {
    const pending = row.classList.contains("pending") ? null : this.log.querySelector(".pending");
    this.log.insertBefore(row, pending);
    if (this.dots?.isConnected) this.log.append(this.dots);
  }

  // The time of day, where the conversation begins and after a silence.
  when(at) {
    if (this.log.querySelector(".pending") || (this.at && at - this.at < PAUSE_MS)) return void (this.at = Math.max(at, this.at));
    this.at = at;
    const day = new Date(at);
    const today = day.toDateString() === new Date().toDateString();
    const shape = { hour: "numeric", minute: "2-digit", ...(today ? {} : { weekday: "short", day: "numeric", month: "short" }) };
    const shown = new Intl.DateTimeFormat(this.words.language, shape).format(day);
    this.log.append(element("p", { class: "when" }, element("time", { datetime: day.toISOString() }, shown)));
  }

  // The transcript has this line of ours now: it stands behind the lines before it, above what still waits.
  settle(row, line) {
    if (row !== this.sentRow) this.state(row, "");
    if (line?.attachment) row.querySelector(".bubble, .image, audio, video")?.replaceWith(this.lines.attachment(line.attachment));
    if (!row.classList.contains("pending")) return;
    row.classList.remove("pending");
    if (this.log.querySelector(".pending")?.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING) this.place(row);
  }

  state(row, text, refused = false) {
    const label = row.querySelector(".state") ?? row.appendChild(element("span", { class: "state" }));
    label.textContent = text;
    row.classList.toggle("refused", refused);
    if (refused) this.status.textContent = text;
    if (!text) label.remove();
  }

  // Said of the newest line of ours only, until something follows it.
  sent(row) {
    if (this.sentRow && this.sentRow !== row) this.state(this.sentRow, "");
    this.sentRow = row;
    if (row) this.state(row, this.words.sent);
  }

  // Quick replies answer the last question only.
  dropOptions() {
    const focused = this.options?.contains(this.root.activeElement);
    this.options?.remove();
    this.options = null;
    if (focused) this.input.focus();
  }

  typing(on) {
    clearTimeout(this.typingStarts);
    if (on) {
      this.typingStarts = setTimeout(() => this.showTyping(), TYPING_AFTER_MS);
      return;
    }
    this.dots?.remove();
    if (this.status.textContent === this.typingWords) this.status.textContent = "";
  }

  showTyping() {
    this.typingWords = `${this.title} ${this.words.typing}`;
    this.status.textContent = this.typingWords;
    this.dots ??= element("div", { class: "row theirs typing", "aria-hidden": "true" }, element("p", { class: "bubble" }, element("i"), element("i"), element("i")));
    this.log.append(this.dots);
    this.scrolling.keepUp();
  }

  online(is) {
    if (!is) this.typing(false);
    if (is === !this.presence.classList.contains("away")) return;
    this.presence.textContent = this.status.textContent = is ? this.words.online : this.words.offline;
    this.presence.classList.toggle("away", !is);
  }
}
