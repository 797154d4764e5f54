// Again: asks Streamlit to run a fragment once more, when nothing runs, nobody is about to press or
// type anything, and the page is seen.
//
// Streamlit sends what was set within one moment in one message, which names one fragment and the
// page shown: with a press in the same message, the press is lost; after the click on a link, the
// page that it leads to. Hence the care for the mouse, and a click waits until the message is out.

const LOOK_MS = 100;
const PRESSED_MS = 1500; // what was pressed is running, or its download has begun
const MOVED_MS = 100;
const APART_MS = 300; // between two that ask
const OVERDUE_MS = 2000; // a mouse that never rests is not waited for any longer

// Safari knows no idle moments.
const whenIdle = window.requestIdleCallback ?? ((act) => setTimeout(act, 0));
const notWhenIdle = window.cancelIdleCallback ?? clearTimeout;

const last_ms = { press: -Infinity, move: -Infinity, ask: -Infinity };

function note(what, kinds) {
  for (const kind of kinds) {
    window.addEventListener(kind, () => (last_ms[what] = performance.now()), {
      capture: true,
      passive: true,
    });
  }
}

note("press", ["pointerdown", "pointerup", "click", "keydown", "popstate"]);
note("move", ["pointermove"]);

function isRunning() {
  const app = document.querySelector('[data-testid="stApp"]');
  return (app?.dataset.testScriptState ?? "notRunning") !== "notRunning";
}

function disturbs(now_ms, overdue_ms) {
  const quiet = (what, least_ms) => now_ms - last_ms[what] >= least_ms;
  const moves = overdue_ms < OVERDUE_MS && !quiet("move", MOVED_MS);
  const presses = !quiet("press", PRESSED_MS);
  return document.hidden || isRunning() || presses || moves || !quiet("ask", APART_MS);
}

let held = null; // the clicks that came since something was set that is not sent

function hold(event) {
  if (!held || !event.isTrusted) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.stopImmediatePropagation();
  event.preventDefault();
  held.push(event);
}

window.addEventListener("click", hold, true);

function ask(component) {
  held ??= [];
  component.setTriggerValue("again", true);
  // Streamlit sends in a timeout that it has just set: this one comes after it.
  setTimeout(() => {
    const clicks = held ?? [];
    held = null;
    for (const each of clicks) each.target.dispatchEvent(new MouseEvent("click", each));
  }, 0);
}

/** Run the component's fragment `every_ms` after it was drawn, or as soon as it may after that. */
export function render(component) {
  let due_ms = performance.now() + component.data.every_ms;
  let waits = 0;
  const look = () => {
    const now_ms = performance.now();
    if (now_ms < due_ms || disturbs(now_ms, now_ms - due_ms)) return;
    due_ms = now_ms + component.data.every_ms;
    last_ms.ask = now_ms;
    ask(component);
  };
  const timer = setInterval(() => {
    notWhenIdle(waits);
    waits = whenIdle(look);
  }, LOOK_MS);
  return () => {
    clearInterval(timer);
    notWhenIdle(waits);
  };
}
