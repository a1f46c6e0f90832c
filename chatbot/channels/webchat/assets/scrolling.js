// Staying at the end of the log. Where it stands says little while it moves by itself: it follows the end until a
// visitor scrolls up by hand.

class Scrolling {
  constructor(log) {
    this.log = log;
    this.smooth = false; // history is jumped over, what comes after it is scrolled to
    this.follows = true;
    let top = 0;
    let byHand = false;
    for (const input of ["wheel", "touchmove", "pointerdown", "keydown"]) {
      log.addEventListener(input, () => { byHand = true; }, { passive: true });
    }
    log.addEventListener("scroll", () => {
      const up = log.scrollTop < top;
      top = log.scrollTop;
      if (log.scrollHeight - top - log.clientHeight < 24) {
        this.follows = true;
        byHand = false;
      } else if (up && byHand) this.follows = false;
    }, { passive: true });
    // A picture that arrives, buttons that go, a growing input, another window: rows and log change their height.
    this.sizes = new ResizeObserver(() => this.keepUp());
    this.sizes.observe(log);
  }

  add(row) {
    this.sizes.observe(row);
    this.keepUp();
  }

  keepUp() { if (this.follows) this.toEnd(); }

  toEnd(atOnce = false) {
    this.follows = true;
    const calm = atOnce || !this.smooth || matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.log.scrollTo({ top: this.log.scrollHeight, behavior: calm ? "instant" : "smooth" });
  }
}
