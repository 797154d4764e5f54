// Alerts as they fire, over every page: each once in a tab, with two short tones where it is to
// sound. They come over /live like a board's frames. A browser lets a page sound only after the
// trader has touched it once; until then alerts are silent.

import { everywhere, Panel } from "./panel.js";
import { sheet } from "./theme.js";
import { patch } from "./tree.js";

const KEPT = "tapescope-alerts"; // of this tab: up to which alert of which run it was told
const SHOWN_MS = 15000;
const MOST = 5;
const TONES = [880, 1320];
const LENGTH_S = 0.14;

let audio = null;

function wake() {
  audio ||= new AudioContext();
  if (audio.state === "suspended") audio.resume();
}

for (const gesture of ["pointerdown", "keydown"]) window.addEventListener(gesture, wake, { capture: true });

function beep() {
  if (!audio || audio.state !== "running") return "silent";
  TONES.forEach((pitch, number) => {
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    const from = audio.currentTime + number * LENGTH_S;
    tone.frequency.value = pitch;
    gain.gain.setValueAtTime(0.12, from);
    gain.gain.exponentialRampToValueAtTime(0.001, from + LENGTH_S);
    tone.connect(gain).connect(audio.destination);
    tone.start(from);
    tone.stop(from + LENGTH_S);
  });
  return "sounded";
}

function toldUpTo(run) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT));
    return kept && kept.run === run ? kept.number : null;
  } catch {
    return null;
  }
}

class Toasts extends Panel {
  constructor() {
    super(document.body, "alert-toasts");
    sheet("alerts");
    this.root.classList.replace("ts-panel", "ts-toasts");
    this.root.setAttribute("role", "status");
  }

  show(message) {
    this.feed.ack(message.seq);
    const [{ 4: head }, ...alerts] = message.nodes;
    const run = head["data-run"];
    const before = toldUpTo(run);
    const count = Number(head["data-count"]);
    sessionStorage.setItem(KEPT, JSON.stringify({ run, number: count }));
    this.root.dataset.count = String(count);
    if (before === null) return; // a tab that opens is not told what was told before
    const fresh = alerts.filter(({ 4: alert }) => Number(alert["data-number"]) > before);
    fresh.forEach((alert) => this.tellOne(alert));
    if (fresh.some(({ 4: alert }) => alert["data-sound"])) this.root.dataset.sound = beep();
  }

  tellOne(alert) {
    const toast = document.createElement("div");
    toast.className = "ts-toast";
    toast.dataset.testid = "alert-toast";
    patch(toast, [alert]);
    const close = document.createElement("button");
    close.className = "ts-toast-close";
    close.textContent = "\u00d7";
    close.title = "Close";
    close.addEventListener("click", () => toast.remove());
    toast.append(close);
    this.root.append(toast);
    while (this.root.children.length > MOST) this.root.firstElementChild.remove();
    setTimeout(() => toast.remove(), SHOWN_MS);
  }

  repaint() {}
}

export const render = everywhere(() => new Toasts());
