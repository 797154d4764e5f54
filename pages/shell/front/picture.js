// Picture: what a live component shows as a PNG that this browser makes: Plotly's figure, our
// canvases under and over it, and the elements on top, as they are on the screen.

import { printed } from "./printed.js";
import { ink, sheet } from "./theme.js";

const HEAD_PX = 30;
const FOOT_PX = 18;
const LEAST_SCALE = 2; // sharp where it is pasted, too
const MOST_PX = 16_000_000; // of a picture; a browser gives up beyond some more
const ICON =
  "M4 5h2l1-1.5h4L12 5h2a1.5 1.5 0 0 1 1.5 1.5v6A1.5 1.5 0 0 1 14 14H4a1.5 1.5 0 0 1-1.5-1.5v-6A1.5 1.5 0 0 1 4 5zm5 2a2.6 2.6 0 1 0 0 5.2A2.6 2.6 0 0 0 9 7z";

/** Return text of letters, digits, dots and dashes, as file_stem of data/exports/text.py makes it. */
const plain = (text) => text.replace(/[^A-Za-z0-9.]+/g, "-").replace(/^[-.]+|[-.]+$/g, "");

/** Return an ISO time to the second. */
const iso = (ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

export function fileName({ title, source, ms }) {
  const parts = [title, source].map(plain).filter(Boolean);
  return `${parts.join("-").slice(0, 150)}-${iso(ms).replaceAll(":", "")}.png`;
}

/** Put a small button into `place` that saves `root`; newest() -> {title, source, recv_ns} of what
 * is shown, as frames have them, or null. Of a figure without a watermark `marks` is true. */
export function camera(place, root, newest, { marks = false } = {}) {
  sheet("picture");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "ts-camera";
  button.title = "Save as a picture (PNG)";
  button.setAttribute("aria-label", button.title);
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("viewBox", "0 0 18 18");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICON);
  icon.append(path);
  button.append(icon);
  button.addEventListener("click", async (event) => {
    event.stopPropagation();
    const message = newest();
    if (!message || button.disabled) return;
    const { title, source, recv_ns } = message;
    const told = { title, source, ms: Number(recv_ns) / 1e6 || Date.now() };
    button.disabled = true;
    try {
      save(await picture(root, { ...told, marks }), fileName(told));
    } catch (error) {
      console.error("a picture could not be made", error);
    } finally {
      button.disabled = false;
    }
  });
  place.append(button);
  return button;
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Return a PNG of an element with its title, the word for its source and its time drawn in. */
export async function picture(root, { title, source, ms, marks }) {
  const { width, height } = size(root);
  const whole = HEAD_PX + height + FOOT_PX;
  const wanted = Math.max(window.devicePixelRatio || 1, LEAST_SCALE);
  const scale = Math.min(wanted, Math.sqrt(MOST_PX / (width * whole)));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(whole * scale)];
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  pen.fillStyle = ink("bg");
  pen.fillRect(0, 0, width, whole);
  pen.save();
  pen.translate(0, HEAD_PX);
  await printed(pen, root, scale);
  pen.restore();
  const live = source === "live";
  if (marks && !live) watermark(pen, source, width, whole);
  words(pen, { title, source, ms, live }, width, whole);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("it is too large"))), "image/png");
  });
}

/** Return what there is of an element, with all that would have to be scrolled to. */
function size(root) {
  const box = root.getBoundingClientRect();
  const scrolled = Array.from(root.querySelectorAll(".ts-scroll"), (each) => each.scrollHeight - each.clientHeight);
  return { width: Math.ceil(box.width), height: Math.ceil(box.height + Math.max(0, ...scrolled)) };
}

function words(pen, { title, source, ms, live }, width, height) {
  const font = getComputedStyle(document.documentElement).getPropertyValue("--ts-font") || "sans-serif";
  pen.textBaseline = "middle";
  pen.font = `700 13px ${font}`;
  const word = source.toUpperCase();
  const right = 8 + pen.measureText(word).width + 10;
  pen.fillStyle = live ? ink("buy") : ink("caution");
  pen.fillText(word, 8, HEAD_PX / 2);
  pen.fillStyle = ink("strong");
  pen.font = `600 14px ${font}`;
  pen.fillText(title, right, HEAD_PX / 2, width - right - 8);
  pen.fillStyle = ink("quiet");
  pen.font = `12px ${font}`;
  pen.fillText(`Up to ${iso(ms).replace("T", " ").replace("Z", "")} UTC`, 8, height - FOOT_PX / 2);
  pen.textAlign = "right";
  pen.fillText(live ? "Tapescope" : "Tapescope: not live", width - 8, height - FOOT_PX / 2);
  pen.textAlign = "left";
}

function watermark(pen, source, width, height) {
  pen.save();
  pen.globalAlpha = 0.08;
  pen.fillStyle = ink("text");
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.font = `700 ${Math.min(92, width / 7)}px sans-serif`;
  pen.fillText(source.toUpperCase(), width / 2, height / 2);
  pen.restore();
}
