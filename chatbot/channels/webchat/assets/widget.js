// Puts the parts together: what is written goes out, what the transcript says comes in, each line is shown once.

const script = document.currentScript;
const rows = new Map(); // our own messages on the screen, by id
let view;

const outgoing = new Outgoing((message, state, why) => {
  const row = rows.get(message.id);
  if (state === "waiting") return view.online(navigator.onLine && outgoing.failures < 2);
  if (row) view.state(row, state === "refused" ? `Not sent. ${why}` : "", state === "refused");
  if (state === "sent") {
    incoming.start();
    view.online(true);
  }
});

const incoming = new Incoming({
  entry(line) {
    if (line.id) outgoing.confirmed(line.id);
    const known = line.id ? rows.get(line.id) : null;
    if (known) view.settle(known);
    else if (line.id) rows.set(line.id, view.show(line));
    else view.show(line);
  },
  live() { view.live = true; },
  typing: () => view.typing(),
  online(is) {
    view.online(is);
    if (is) outgoing.flush();
  },
});

function pending(message) {
  const line = { author: "customer", text: message.text ?? message.title, state: "sending…" };
  rows.set(message.id, view.show(line));
}

function mount() {
  const page = script.dataset.mode === "page";
  const host = document.createElement("chatbot-widget");
  document.body.append(host);
  view = new View(host, page, {
    send: (fields) => pending(outgoing.add(fields)),
    opened: () => recall("session") && incoming.start(),
  });
  // Someone who has been here sees the conversation again; a new visitor costs the server nothing yet.
  if (recall("session")) incoming.start();
  outgoing.waiting.forEach(pending);
  outgoing.flush();
  if (page) view.input.focus({ preventScroll: true });
}

if (document.body) mount();
else addEventListener("DOMContentLoaded", mount);
