// Tour: five steps of the first start, each beside what it speaks of. It lies over the page and
// takes no click but its own.

import { onKey } from "./keys.js";
import { sheet } from "./theme.js";

const GAP_PX = 12;
const ROOM_PX = 8;

let tour = null;
const over = new WeakSet(); // where it has been taken: Streamlit's component goes a moment later

function made(parent, tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  parent.append(element);
  return element;
}

/** Return the box of what a step speaks of, as far as it is seen; null = it is not on this page. */
function boxOf(selectors) {
  for (const selector of selectors) {
    const box = document.querySelector(selector)?.getBoundingClientRect();
    if (!box || !box.width || !box.height) continue;
    const left = Math.max(box.left, 0);
    const top = Math.max(box.top, 0);
    const width = Math.min(box.right, window.innerWidth) - left;
    const height = Math.min(box.bottom, window.innerHeight) - top;
    if (width > 0 && height > 0) return { left, top, width, height };
  }
  return null;
}

const within = (value, most) => Math.max(ROOM_PX, Math.min(value, most - ROOM_PX));

/** Return where a card stands: beside the box where there is room, else in its lower right corner. */
function beside(box, { width, height }) {
  const [wide, high] = [window.innerWidth, window.innerHeight];
  if (!box) return { left: (wide - width) / 2, top: high - height - 4 * ROOM_PX };
  let { left, top } = box;
  if (box.left + box.width + GAP_PX + width < wide) left = box.left + box.width + GAP_PX;
  else if (box.top + box.height + GAP_PX + height < high) top = box.top + box.height + GAP_PX;
  else {
    left = box.left + box.width - width - GAP_PX;
    top = box.top + box.height - height - GAP_PX;
  }
  return { left: within(left, wide - width), top: within(top, high - height) };
}

class Tour {
  constructor() {
    sheet("tour");
    this.at = 0;
    this.ring = made(document.body, "div", "ts-tour-ring");
    this.card = made(document.body, "div", "ts-tour");
    this.card.dataset.testid = "tour";
    this.card.setAttribute("role", "dialog");
    this.card.setAttribute("aria-label", "Tour");
    this.count = made(this.card, "div", "ts-tour-count");
    this.title = made(this.card, "div", "ts-tour-title");
    this.text = made(this.card, "div", "ts-tour-text");
    const buttons = made(this.card, "div", "ts-tour-buttons");
    this.skip = made(buttons, "button", "", "Skip");
    this.back = made(buttons, "button", "", "Back");
    this.next = made(buttons, "button", "ts-tour-next", "Next");
    this.skip.addEventListener("click", () => this.done());
    this.back.addEventListener("click", () => this.go(-1));
    this.next.addEventListener("click", () => this.go(1));
    this.deaf = onKey("escape", () => this.done());
    this.lay = () => this.place();
    window.addEventListener("resize", this.lay);
    // What it speaks of comes and moves while the page is being built.
    this.timer = setInterval(this.lay, 300);
  }

  render(component) {
    this.component = component;
    this.steps = component.data.steps;
    this.go(0);
  }

  go(by) {
    if (this.at + by >= this.steps.length) {
      this.done();
      return;
    }
    this.at = Math.max(this.at + by, 0);
    const { at, title, text } = this.steps[this.at];
    // What lies below the end of the sidebar is brought into it.
    if (!boxOf(at)) document.querySelector(at.join(", "))?.scrollIntoView({ block: "center" });
    this.count.textContent = `${this.at + 1} of ${this.steps.length}`;
    this.title.textContent = title;
    this.text.textContent = text;
    this.back.disabled = this.at === 0;
    this.next.textContent = this.at === this.steps.length - 1 ? "Done" : "Next";
    this.card.dataset.step = String(this.at + 1);
    this.place();
  }

  place() {
    const { at, page } = this.steps[this.at];
    const box = boxOf(at);
    const where = box || !page ? "" : `, on the page ${page}`;
    this.count.textContent = `${this.at + 1} of ${this.steps.length}${where}`;
    this.ring.hidden = !box;
    if (box) {
      const { left, top, width, height } = box;
      Object.assign(this.ring.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    }
    const { left, top } = beside(box, this.card.getBoundingClientRect());
    this.card.style.left = `${left}px`;
    this.card.style.top = `${top}px`;
  }

  done() {
    const { component } = this;
    over.add(component.parentElement);
    end();
    component.setTriggerValue("done", true);
  }
}

function end() {
  if (!tour) return;
  clearInterval(tour.timer);
  window.removeEventListener("resize", tour.lay);
  tour.deaf();
  tour.ring.remove();
  tour.card.remove();
  tour = null;
}

/** The export of the component; it is there for as long as the tour is. */
export function render(component) {
  const own = component.parentElement;
  if (over.has(own)) return () => {};
  tour ||= new Tour();
  tour.render(component);
  return () => setTimeout(() => !own.isConnected && tour?.component.parentElement === own && end(), 0);
}
