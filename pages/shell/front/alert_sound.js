// The sound of an alert: two short tones, made here, so that nothing is fetched. A browser lets a
// page sound only after the trader has touched it once; until then alerts are silent.

const TONES = [880, 1320];
const LENGTH_S = 0.14;

let audio = null;
let played = 0;

function wake() {
  if (!audio) audio = new AudioContext();
  if (audio.state === "suspended") audio.resume();
}

for (const gesture of ["pointerdown", "keydown"]) window.addEventListener(gesture, wake, { capture: true });

function beep() {
  if (!audio || audio.state !== "running") return false;
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
  return true;
}

/** Sound once for each alert that this tab was not told of; `count` only grows. */
export function render({ data }) {
  if (data.count > played) {
    played = data.count;
    document.documentElement.dataset.tsAlerts = beep() ? "sounded" : "silent";
  }
  return () => {};
}
