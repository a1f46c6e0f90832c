// One line of a conversation as elements: text, pictures, recordings, files, cards, and the ways on beside them.

class Lines {
  // `press(way, className)` when a button or a quick reply is chosen.
  constructor(words, title, press) {
    this.words = words;
    this.title = title;
    this.press = press;
  }

  row(line) {
    const mine = line.author === "customer";
    const who = { customer: this.words.you, person: this.words.person }[line.author] ?? this.title;
    const row = element(
      "div", { class: mine ? "row mine" : "row theirs", "data-author": line.author },
      element("span", { class: "hidden" }, `${who}:`),
    );
    if (line.author === "person") row.append(element("span", { class: "who", "aria-hidden": "true" }, who));
    if (line.text) row.append(element("p", { class: "bubble", dir: "auto" }, ...linked(line.text)));
    if (line.attachment) row.append(this.attachment(line.attachment));
    if (line.buttons) row.append(this.ways(line.buttons, "buttons"));
    if (line.cards) row.append(this.cards(line.cards));
    return row;
  }

  ways(ways, className) {
    const label = className === "options" ? this.words.answers : this.words.choices;
    const made = element("div", { class: className, role: "group", "aria-label": label });
    for (const way of ways) {
      const url = way.url ? safeUrl(way.url) : null;
      if (url) made.append(link(url, way.title, "way"));
      else if (!way.url) made.append(element("button", { type: "button", class: "way", dir: "auto", onclick: () => this.press(way, className) }, way.title));
    }
    return className === "options" ? roving(made) : made;
  }

  // Side by side, to be swiped or reached with the keyboard.
  cards(cards) {
    const made = element("ul", { class: "cards", tabindex: "0", "aria-label": this.words.cards });
    for (const card of cards) made.append(element("li", { class: "card" }, ...this.card(card)));
    return made;
  }

  card({ title, text, image, url, buttons }) {
    const [picture, target] = [image && safeUrl(image), url && safeUrl(url)];
    const parts = picture ? [element("img", { src: picture, alt: "", loading: "lazy", onerror: ({ target }) => target.remove() })] : [];
    parts.push(element("p", { class: "title", dir: "auto" }, target ? link(target, title) : title));
    if (text) parts.push(element("p", { class: "about", dir: "auto" }, text));
    if (buttons) parts.push(this.ways(buttons, "buttons"));
    return parts;
  }

  attachment({ kind, url, title }) {
    const safe = safeUrl(url);
    const named = title && title !== url ? title : "";
    if (!safe) return element("p", { class: "bubble file", dir: "auto" }, icon("file"), element("span", {}, title));
    if (kind === "audio" || kind === "voice" || kind === "video") {
      return element(kind === "video" ? "video" : "audio", { src: safe, controls: "", preload: "metadata", "aria-label": named || kind });
    }
    if (kind !== "image" && kind !== "sticker") {
      const around = link(safe, "", "bubble file");
      around.append(icon("file"), element("span", { dir: "auto" }, named || url));
      return around;
    }
    const around = link(safe, "", "image");
    // A picture that does not come is a file with its name.
    const fail = () => {
      around.className = "bubble file";
      around.replaceChildren(icon("file"), element("span", { dir: "auto" }, named || this.words.picture));
    };
    around.append(element("img", { src: safe, alt: named || this.words.picture, loading: "lazy", onerror: fail }));
    return around;
  }
}
