// Paint: frames are drawn in the dark colours of pages/figures/palette.py, once for every tab; each
// tab translates them into its own theme and palette.

import { ink, look, onLook } from "./theme.js";

const COLOUR = /^#[0-9a-f]{6}$|^rgba?\((\d+), ?(\d+), ?(\d+)(?:, ?([\d.e-]+))?\)$/i;
const LEAST_CONTRAST = 4.5; // of a colour that has no translation of its own
const NEUTRAL = 48; // channels so near to one another are grey

/** What has a name in theme.css. */
const NAMED = {
  "#0b0f14": "bg",
  "#131a22": "card",
  "#d7dee6": "text",
  "#8b98a9": "quiet",
  "#f1f5f9": "strong",
  "#22c55e": "buy",
  "#ef4444": "sell",
  "#fbbf24": "caution",
  "#e879f9": "whale",
  "#22d3ee": "frame",
  "#a78bfa": "vwap",
};

const LIGHT = {
  "#4d7a61": "#7ba98f",
  "#8a5757": "#c39090",
  "#5eead4": "#0f766e",
  "#fb7bb5": "#be185d",
  "#ffa726": "#c2410c",
  "#42a5f5": "#1d6fd1",
  "#fcd34d": "#a16207",
  "#7dd3fc": "#0369a1",
  "#f0abfc": "#c026d3",
  "#d946ef": "#86198f",
  "#e2e8f0": "#334155",
  "#cbd5e1": "#475569",
  "#94a3b8": "#64748b",
  "#64748b": "#7b8798",
  "#38bdf8": "#0284c7",
  "#f472b6": "#db2777",
  "#facc15": "#8a6d00",
  "#60a5fa": "#2563eb",
  "#fb923c": "#c2560a",
  "#86efac": "#3f9d63",
  "#fca5a5": "#d97070",
  "#f0b90b": "#946f00",
};

/** Blue for green and orange for red; what was blue or orange beside them makes room. */
const BLIND = {
  dark: {
    "#4d7a61": "#4b6d8f",
    "#8a5757": "#8f6a45",
    "#5eead4": "#9cd0ff",
    "#fb7bb5": "#ffc078",
    "#86efac": "#a9cdf5",
    "#fca5a5": "#f3c196",
    "#ffa726": "#fde047",
    "#42a5f5": "#9a93d9",
    "#38bdf8": "#2dd4bf",
    "#60a5fa": "#c4b5fd",
    "#fb923c": "#f5f0a3",
  },
  light: {
    "#4d7a61": "#8fb0d1",
    "#8a5757": "#d6ad86",
    "#5eead4": "#1e7fd6",
    "#fb7bb5": "#c2660c",
    "#86efac": "#6fa3d8",
    "#fca5a5": "#d9985c",
    "#ffa726": "#7a6a00",
    "#42a5f5": "#6d5fc7",
    "#38bdf8": "#0f766e",
    "#60a5fa": "#6d28d9",
    "#fb923c": "#7a5c00",
  },
};

let known = new Map();
onLook(() => (known = new Map()));

const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
const hex = (parts) => `#${parts.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

function luminance(parts) {
  const [red, green, blue] = parts.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Return a colour for a white page: greys turned round, others darkened until they can be read. */
function onWhite(colour) {
  let parts = channels(colour);
  if (Math.max(...parts) - Math.min(...parts) < NEUTRAL) return hex(parts.map((part) => 255 - part));
  while (1.05 / (luminance(parts) + 0.05) < LEAST_CONTRAST) parts = parts.map((part) => part * 0.96);
  return hex(parts);
}

function translated(colour) {
  const blind = look.palette === "colour-blind" ? BLIND[look.theme][colour] : undefined;
  if (blind) return blind;
  if (NAMED[colour]) return ink(NAMED[colour]) || colour;
  return look.theme === "light" ? LIGHT[colour] || onWhite(colour) : colour;
}

/** Return whether frames are shown in the colours that they have. */
const isCanonical = () => look.theme === "dark" && look.palette === "classic";

/** Return a colour as this tab shows it: #rrggbb as such, rgba(...) as rgba; other text as it is. */
export function painted(text) {
  if (isCanonical()) return text;
  const found = known.get(text);
  if (found !== undefined) return found;
  if (text[0] !== "#" && !text.startsWith("rgb")) return text;
  const parts = COLOUR.exec(text);
  if (!parts) return text;
  const [whole, red, green, blue, alpha] = parts;
  const made =
    red === undefined
      ? translated(whole.toLowerCase())
      : `rgba(${channels(translated(hex([red, green, blue].map(Number)))).join(",")},${alpha ?? 1})`;
  known.set(text, made);
  return made;
}

/** Return a style attribute with its colours translated. */
export const styled = (style) =>
  isCanonical() ? style : style.replace(/#[0-9a-f]{6}\b|rgba?\([^)]*\)/gi, painted);
