// Making elements. Customer and bot text only ever becomes text nodes; markup is never parsed.

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  chat: "M4 5.5A2.5 2.5 0 0 1 6.5 3h11A2.5 2.5 0 0 1 20 5.5v8a2.5 2.5 0 0 1-2.5 2.5H11l-4.6 4.1A.85.85 0 0 1 5 19.5V16A2.5 2.5 0 0 1 4 13.6z",
  close: "M6.3 5 12 10.6 17.7 5 19 6.3 13.4 12l5.6 5.7-1.3 1.3-5.7-5.6L6.3 19 5 17.7l5.6-5.7L5 6.3z",
  send: "M3.4 20.4 21 12 3.4 3.6 3.4 10.2 15 12 3.4 13.8z",
  attach: "M16.5 6.2v10.9a4.4 4.4 0 0 1-8.8 0V5.6a2.9 2.9 0 0 1 5.8 0v10.2a1.4 1.4 0 0 1-2.8 0V6.2H9.2v9.6a2.9 2.9 0 0 0 5.8 0V5.6a4.4 4.4 0 0 0-8.8 0v11.5a5.9 5.9 0 0 0 11.8 0V6.2z",
  file: "M6 2.5h8l5 5v13A1.5 1.5 0 0 1 17.500 22h-11A1.5 1.500 0 0 1 5 20.500V4a1.5 1.5 0 0 1 1-1.500zm7 1.800V8.500h4.200z",
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

// Only what a browser opens as a web page; never javascript:, data: or anything clever. Files of ours are relative.
function safeUrl(url) {
  if (!url) return null;
  try {
    const parsed = new URL(url, `${BASE}/`);
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

// What the keyboard reaches within an element, in order.
function reachable(root) {
  const found = root.querySelectorAll("a[href], button:not([disabled]), textarea, audio, video, [tabindex='0']");
  return [...found].filter((each) => each.offsetParent !== null);
}

// One stop for Tab; the arrows go from one to the next, the way the text runs.
function roving(group) {
  const items = [...group.children];
  items.forEach((item, place) => { item.tabIndex = place ? -1 : 0; });
  group.addEventListener("keydown", (event) => {
    const at = items.indexOf(event.target);
    if (at < 0) return;
    const sideways = getComputedStyle(group).direction === "rtl" ? -1 : 1;
    const step = { ArrowRight: sideways, ArrowLeft: -sideways, ArrowDown: 1, ArrowUp: -1 }[event.key];
    const to = event.key === "Home" ? 0 : event.key === "End" ? items.length - 1 : step ? (at + step + items.length) % items.length : at;
    if (to === at) return;
    event.preventDefault();
    items[at].tabIndex = -1;
    items[to].tabIndex = 0;
    items[to].focus();
  });
  return group;
}
