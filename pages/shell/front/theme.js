// Theme: which theme Streamlit shows in this tab and which pair of colours stands for buying and
// selling, said on the root for the style sheets, and to whoever draws by itself.

/** What may be chosen, as Streamlit names it. */
export const NAMES = ["System", "Light", "Dark"];
const KEPT = /^stActiveTheme-(.*)-v(\d+)$/;
const root = document.documentElement;
const told = new Set();

let colours = new Map();
let watched = null;

/** The theme, `dark` or `light`, and the palette, `classic` or `colour-blind`, of this tab. */
export const look = { theme: "dark", palette: "classic" };

/** Return the colour of a meaning: `ink("buy")` is what `var(--ts-buy)` is. */
export function ink(name) {
  const known = colours.get(name);
  if (known) return known;
  const found = getComputedStyle(root).getPropertyValue(`--ts-${name}`).trim();
  colours.set(name, found);
  return found;
}

/** Call `listener` after every change of theme or palette; return what ends that. */
export function onLook(listener) {
  told.add(listener);
  return () => told.delete(listener);
}

function become(changed) {
  const isNew = Object.entries(changed).some(([name, value]) => look[name] !== value);
  Object.assign(look, changed);
  Object.assign(root.dataset, { tsTheme: look.theme, tsPalette: look.palette });
  if (isNew) tell();
}

function tell() {
  colours = new Map();
  for (const listener of told) listener(look);
}

/** Load a style sheet of ours, once per page. */
export function sheet(name) {
  const id = `tapescope-${name}`;
  if (document.getElementById(id)) return null;
  const link = document.createElement("link");
  link.id = id;
  link.rel = "stylesheet";
  link.href = `/assets/front/${name}.css`;
  document.head.appendChild(link);
  return link;
}

function read() {
  const app = document.querySelector(".stApp");
  if (!app) return;
  if (app !== watched) {
    watched = app;
    // Its class is one of Emotion's, which is another one in another theme.
    new MutationObserver(read).observe(app, { attributes: true, attributeFilter: ["class"] });
  }
  become({ theme: getComputedStyle(app).colorScheme === "light" ? "light" : "dark" });
}

/** Streamlit keeps the choice for the address at which the page was loaded: keep it for them all. */
function keep() {
  const own = Object.keys(localStorage).find((key) => KEPT.exec(key)?.[1] === loadedAt);
  if (!own) return;
  const version = KEPT.exec(own)[2];
  const links = document.querySelectorAll('[data-testid="stSidebarNavLink"]');
  const paths = ["/", "/explorer", ...Array.from(links, (link) => new URL(link.href).pathname)];
  for (const path of paths) localStorage.setItem(`stActiveTheme-${path}-v${version}`, localStorage.getItem(own));
}

const loadedAt = new URL(performance.getEntriesByType("navigation")[0]?.name ?? location.href).pathname;
window.addEventListener("pagehide", keep);

// What was drawn before the colours were here is drawn again.
sheet("theme")?.addEventListener("load", tell);
read();

/** The export of the component that every page has: it only says the palette. */
export function render({ data }) {
  read();
  become({ palette: data.palette });
  return () => {};
}

/** Choose a theme as the trader does, in Streamlit's own menu: it has no other way in. */
export async function choose(name) {
  const item = () => document.querySelector(`[data-testid="stMainMenuItem-theme-${name}"]`);
  if (!item()) document.querySelector('[data-testid="stMainMenu"] button')?.click();
  for (let tries = 0; tries < 50 && !item(); tries++) await new Promise((resolve) => setTimeout(resolve, 20));
  item()?.click();
  document.querySelector('[data-testid="stMainMenu"] button[aria-expanded="true"]')?.click();
  keep();
}

/** Return which of NAMES was chosen in this browser. */
export function chosen() {
  const kept = localStorage.getItem(Object.keys(localStorage).find((key) => KEPT.exec(key)?.[1] === loadedAt) ?? "");
  return NAMES.find((name) => kept?.includes(name)) ?? NAMES[0];
}
