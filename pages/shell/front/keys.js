// Keys: the one place where they are heard. Never while something is typed, never with Ctrl, Alt or
// the Command key: those are the browser's.

const bound = new Map(); // key -> what is done

const TICKED = ["checkbox", "radio", "button", "submit"]; // a toggle that was clicked keeps the focus
const UNTYPED = TICKED.map((type) => `:not([type=${type}])`).join("");
const TYPED = `input${UNTYPED}, textarea, select, [contenteditable=true], [role=combobox], [role=slider]`;
// Space presses these itself.
const PRESSED = "input, button, a, summary, [role=button], [role=option], [role=tab]";

/** Call `act` when a key is pressed, which returns false where it had nothing to do; return what
 * ends that. */
export function onKey(key, act) {
  if (!bound.has(key)) bound.set(key, new Set());
  bound.get(key).add(act);
  return () => bound.get(key).delete(act);
}

/** Do what a key does; false = nothing here has to do with it, and it is others' to hear. */
export function press(key) {
  const done = [...(bound.get(key) ?? [])].map((act) => act() !== false);
  return done.includes(true);
}

function heard(event) {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  if (target.closest?.(TYPED) || target.isContentEditable) return;
  if (key === " " && target.closest?.(PRESSED)) return;
  if (!press(key.toLowerCase())) return;
  // Streamlit has keys of its own: R would run the script again. Space would scroll.
  event.stopImmediatePropagation();
  event.preventDefault();
}

window.addEventListener("keydown", heard, true);
