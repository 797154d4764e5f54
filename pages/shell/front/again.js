// Again: asks Streamlit to run a fragment once more, when nothing runs, nobody is about to press or
// type anything, and the page is seen.
//
// Streamlit sends what was set within one moment in one message, which names one fragment and one
// page: a press that falls together with a timer of another fragment would be lost. Hence the care
// for the mouse, and the moment in which the tab has nothing else to do.

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

/** Run the component's fragment `every_ms` after it was drawn, or as soon as it may after that. */
export function render(component) {
  let due_ms = performance.now() + component.data.every_ms;
  let waits = 0;
  const look = () => {
    const now_ms = performance.now();
    if (now_ms < due_ms || disturbs(now_ms, now_ms - due_ms)) return;
    due_ms = now_ms + component.data.every_ms;
    last_ms.ask = now_ms;
    component.setTriggerValue("again", true);
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
