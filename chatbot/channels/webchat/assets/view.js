// The chat on the screen. Customer and bot text only ever becomes text nodes; markup is never parsed.

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  chat: "M4 5.5A2.5 2.5 0 0 1 6.5 3h11A2.5 2.5 0 0 1 20 5.5v8a2.5 2.5 0 0 1-2.5 2.5H11l-4.6 4.1A.85.85 0 0 1 5 19.5V16A2.5 2.5 0 0 1 4 13.6z",
  close: "M6.3 5 12 10.6 17.7 5 19 6.3 13.4 12l5.6 5.7-1.3 1.3-5.7-5.6L6.3 19 5 17.7l5.6-5.7L5 6.3z",
  send: "M3.4 20.4 21 12 3.4 3.6 3.4 10.2 15 12 3.4 13.8z",
};
const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/g;

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  drawing.append(path);
  return drawing;
}

// Only what a browser opens as a web page; never javascript:, data: or anything clever.
function safeUrl(url) {
  try {
    const parsed = new URL(url);
    return ["http:", "https:"].includes(parsed.protocol) ? parsed.href : null;
  } catch { return null; }
}

function link(url, title, className) {
  return element("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow", class: className ?? null }, title);
}

function linked(text) {
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(LINK)) {
    const url = safeUrl(match[0]);
    if (!url) continue;
    parts.push(text.slice(at, match.index), link(url, match[0]));
    at = match.index + match[0].length;
  }
  return [...parts, text.slice(at)];
}

class View {
  // `send({text})` or `send({payload, title})`; `opened()` when the panel comes up.
  constructor(host, page, { send, opened }) {
    this.page = page;
    this.send = send;
    this.opened = opened;
    this.root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    this.root.adoptedStyleSheets = [sheet];
    this.unread = 0;
    this.live = false; // until history is in: it is jumped over, what comes then is scrolled to
    this.build();
    this.follow();
  }

  build() {
    this.log = element("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": "Conversation", tabindex: "0" });
    this.status = element("p", { class: "status", role: "status" });
    this.input = element("textarea", {
      id: "chat-input", rows: "1", dir: "auto", maxlength: String(CONFIG.maxText), placeholder: "Write a message…",
      autocomplete: "off", enterkeyhint: "send", oninput: () => this.fit(), onkeydown: (event) => this.key(event),
    });
    this.sendButton = element("button", { type: "submit", class: "send", "aria-label": "Send" }, icon("send"));
    const form = element(
      "form",
      { class: "composer", onsubmit: (event) => { event.preventDefault(); this.submit(); } },
      element("label", { for: "chat-input", class: "hidden" }, "Your message"), this.input, this.sendButton,
    );
    this.panel = element(
      "section",
      { class: this.page ? "panel page" : "panel", id: "chat-panel", "aria-label": CONFIG.title },
      this.header(), this.log, this.status, form,
    );
    this.panel.style.setProperty("--chatbot-accent-default", CONFIG.accent);
    this.root.append(this.panel);
    if (!this.page) this.addLauncher();
    this.welcome();
    this.fit();
  }

  header() {
    const close = element("button", { type: "button", class: "close", "aria-label": "Close chat", onclick: () => this.toggle(false) }, icon("close"));
    const name = element("h2", { dir: "auto" }, CONFIG.title);
    this.presence = element("p", { class: "presence" }, "Online");
    const avatar = element("span", { class: "avatar", "aria-hidden": "true" }, [...CONFIG.title.trim()][0]?.toUpperCase() ?? "");
    return element("header", {}, avatar, element("div", { class: "names" }, name, this.presence), ...(this.page ? [] : [close]));
  }

  addLauncher() {
    this.badge = element("span", { class: "badge", "aria-hidden": "true" });
    this.launcher = element(
      "button",
      {
        type: "button", class: "launcher", "aria-label": `Open chat: ${CONFIG.title}`, "aria-expanded": "false",
        "aria-controls": "chat-panel", onclick: () => this.toggle(),
      },
      this.launcherIcon = element("span", {}, icon("chat")), this.badge,
    );
    this.launcher.style.setProperty("--chatbot-accent-default", CONFIG.accent);
    this.panel.hidden = true;
    this.panel.addEventListener("keydown", (event) => { if (event.key === "Escape") this.toggle(false); });
    this.root.append(this.launcher);
  }

  toggle(open = this.panel.hidden) {
    if (this.page) return;
    this.panel.hidden = !open;
    this.launcher.setAttribute("aria-expanded", String(open));
    this.launcher.classList.toggle("open", open);
    this.launcher.setAttribute("aria-label", `${open ? "Close" : "Open"} chat: ${CONFIG.title}`);
    this.launcherIcon.replaceChildren(icon(open ? "close" : "chat"));
    if (!open) return this.launcher.focus();
    this.unread = 0;
    this.badge.textContent = "";
    this.opened();
    this.toEnd(true);
    this.input.focus();
  }

  welcome() {
    if (!CONFIG.welcome) return;
    this.log.append(element("p", { class: "welcome", dir: "auto" }, CONFIG.welcome));
  }

  // --- writing ---

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }

  fit() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 132)}px`;
    this.sendButton.disabled = !this.input.value.trim();
  }

  submit() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.fit();
    this.send({ text });
    this.input.focus();
  }

  // --- showing ---

  // A line with a `state` is ours and not yet in the transcript: it stays below everything that is.
  show(line) {
    const mine = line.author === "customer";
    if (mine) this.follows = true;
    const who = { customer: "You", person: "Team member" }[line.author] ?? CONFIG.title;
    const row = element(
      "div", { class: mine ? "row mine" : "row theirs", "data-author": line.author },
      element("span", { class: "hidden" }, `${who}:`),
    );
    if (line.author === "person") row.append(element("span", { class: "who", "aria-hidden": "true" }, who));
    if (line.text) row.append(element("p", { class: "bubble", dir: "auto" }, ...linked(line.text)));
    if (line.attachment) row.append(this.attachment(line.attachment));
    if (line.buttons) row.append(this.ways(line.buttons, "buttons"));
    if (line.cards) row.append(this.cards(line.cards));
    this.dropOptions();
    if (line.options && !mine) row.append(this.options = this.ways(line.options, "options"));
    if (line.state) {
      row.classList.add("pending");
      this.state(row, line.state);
    }
    if (!mine) this.quietTyping();
    this.place(row);
    this.sizes.observe(row);
    this.keepUp();
    if (!mine && !this.page && this.panel.hidden) this.badge.textContent = String(++this.unread);
    return row;
  }

  place(row) {
    const pending = row.classList.contains("pending") ? null : this.log.querySelector(".pending");
    this.log.insertBefore(row, pending);
    if (this.dots?.isConnected) this.log.append(this.dots);
  }

  // The transcript has this line of ours now: it stands behind the lines before it, above what still waits.
  settle(row) {
    this.state(row, "");
    if (!row.classList.contains("pending")) return;
    row.classList.remove("pending");
    if (this.log.querySelector(".pending")?.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING) this.place(row);
  }

  state(row, text, refused = false) {
    const label = row.querySelector(".state") ?? row.appendChild(element("span", { class: "state" }));
    label.textContent = text;
    row.classList.toggle("refused", refused);
    if (!text) label.remove();
  }

  ways(ways, className) {
    const made = element("div", { class: className, role: "group", "aria-label": className === "options" ? "Answers" : "Choices" });
    for (const way of ways) {
      const url = way.url ? safeUrl(way.url) : null;
      if (url) made.append(link(url, way.title, "way"));
      else if (!way.url) made.append(element("button", { type: "button", class: "way", dir: "auto", onclick: () => this.press(way, className) }, way.title));
    }
    return made;
  }

  press(way, className) {
    if (className === "options") this.dropOptions();
    this.send({ payload: way.payload || way.title, title: way.title });
    this.input.focus();
  }

  // Quick replies answer the last question only.
  dropOptions() {
    this.options?.remove();
    this.options = null;
  }

  // Side by side, to be swiped or reached with the keyboard.
  cards(cards) {
    const made = element("ul", { class: "cards", tabindex: "0", "aria-label": "Cards" });
    for (const card of cards) made.append(element("li", { class: "card" }, ...this.card(card)));
    return made;
  }

  card({ title, text, image, url, buttons }) {
    const [picture, target] = [image && safeUrl(image), url && safeUrl(url)];
    const parts = picture ? [element("img", { src: picture, alt: "", loading: "lazy" })] : [];
    parts.push(element("p", { class: "title", dir: "auto" }, target ? link(target, title) : title));
    if (text) parts.push(element("p", { class: "about", dir: "auto" }, text));
    if (buttons) parts.push(this.ways(buttons, "buttons"));
    return parts;
  }

  attachment({ kind, url, title }) {
    const safe = safeUrl(url);
    if (!safe) return element("p", { class: "bubble", dir: "auto" }, title);
    if (kind !== "image") return link(safe, title || url, "file");
    const image = element("img", { src: safe, alt: title === url ? "" : title, loading: "lazy" });
    const around = link(safe, "", "image");
    around.append(image);
    return around;
  }

  typing() {
    this.dots ??= element("div", { class: "row theirs typing" }, element("span", { class: "hidden" }, `${CONFIG.title} is writing`), element("p", { class: "bubble", "aria-hidden": "true" }, element("i"), element("i"), element("i")));
    this.log.append(this.dots);
    this.keepUp();
    clearTimeout(this.typingEnds);
    this.typingEnds = setTimeout(() => this.quietTyping(), 6000);
  }

  quietTyping() { this.dots?.remove(); }

  say(text) { this.status.textContent = text; }

  online(is) {
    this.presence.textContent = is ? "Online" : "Reconnecting…";
    this.presence.classList.toggle("away", !is);
  }

  // --- staying at the end ---

  // Where the log stands says little while it moves by itself: it follows the end until a visitor scrolls up by hand.
  follow() {
    this.follows = true;
    let top = 0;
    let byHand = false;
    for (const input of ["wheel", "touchmove", "pointerdown", "keydown"]) {
      this.log.addEventListener(input, () => { byHand = true; }, { passive: true });
    }
    this.log.addEventListener("scroll", () => {
      const up = this.log.scrollTop < top;
      top = this.log.scrollTop;
      if (this.atEnd()) {
        this.follows = true;
        byHand = false;
      } else if (up && byHand) this.follows = false;
    }, { passive: true });
    // A picture that arrives, buttons that go, a growing input, another window: rows and log change their height.
    this.sizes = new ResizeObserver(() => this.keepUp());
    this.sizes.observe(this.log);
  }

  keepUp() { if (this.follows) this.toEnd(); }

  atEnd(slack = 24) { return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < slack; }

  toEnd(at_once = false) {
    this.follows = true;
    const calm = at_once || !this.live || matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.log.scrollTo({ top: this.log.scrollHeight, behavior: calm ? "instant" : "smooth" });
  }
}
