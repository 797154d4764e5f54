// What keys do on every page: timeframes, the instrument, the HUD, the tape of a replay, and the list
// of them all.

import { onKey, press } from "./keys.js";
import { sheet } from "./theme.js";

const TAPE = ".st-key-replay_play button";

let component = null;
let list = null;

sheet("shortcuts");

/** Press the timeframe of that name, where the page has one. */
function timeframe(name) {
  const buttons = document.querySelectorAll(".st-key-timeframe button");
  Array.from(buttons).find((button) => button.textContent.trim() === name)?.click();
}

/** Open the choice of the instrument, in a sidebar that may be folded away. */
async function instrument() {
  const folded = document.querySelector('[data-testid="stExpandSidebarButton"]');
  folded?.click();
  if (folded) await new Promise((resolve) => setTimeout(resolve, 350)); // it slides in
  const input = document.querySelector(".st-key-instrument input");
  if (!input) return;
  input.scrollIntoView({ block: "nearest" });
  input.focus();
  input.select();
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true, cancelable: true }));
}

function made(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

/** Show the keys, or hide them. */
function told() {
  if (list) {
    list.remove();
    list = null;
    return;
  }
  list = made("div", "ts-keys");
  list.dataset.testid = "keys";
  list.setAttribute("role", "dialog");
  list.setAttribute("aria-label", "Keys");
  list.append(made("div", "ts-keys-title", "Keys"));
  for (const [key, words] of component.data.keys) {
    const row = made("div", "ts-keys-row");
    row.append(made("kbd", "ts-key", key), made("span", "", words));
    list.append(row);
  }
  const close = made("button", "ts-keys-close", "Close");
  close.addEventListener("click", told);
  list.append(close);
  document.body.append(list);
  close.focus({ preventScroll: true });
}

function bind() {
  component.data.timeframes.forEach((name, at) => onKey(String(at + 1), () => timeframe(name)));
  onKey("/", instrument);
  onKey("h", () => component.setTriggerValue("hud", true));
  onKey("?", told);
  onKey("escape", () => (list ? told() : false)); // of a dialog it is Streamlit's
  document.documentElement.dataset.tsKeys = "on";
}

// A recording is paused itself, and with it all that is shown of it; of any other market the charts
// hold still.
onKey(" ", () => {
  const tape = document.querySelector(TAPE);
  if (tape) tape.click();
  else press("hold");
});

/** The export of the component that every page has. */
export function render(found) {
  const isFirst = component === null;
  component = found;
  if (isFirst) bind();
  return () => {};
}
