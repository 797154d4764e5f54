// The choice of a theme on the page of settings: what Streamlit's own menu offers, in sight.

import { chosen, choose, NAMES } from "./theme.js";

const SIGNS = { System: "◐", Light: "☀", Dark: "☾" };

export function render({ parentElement: parent }) {
  if (!parent.querySelector(".ts-choice")) {
    const row = parent.appendChild(document.createElement("div"));
    row.className = "ts-choice";
    row.dataset.testid = "theme-choice";
    row.setAttribute("role", "radiogroup");
    for (const name of NAMES) {
      const button = row.appendChild(document.createElement("button"));
      button.type = "button";
      button.dataset.name = name;
      button.setAttribute("role", "radio");
      button.textContent = `${SIGNS[name]} ${name}`;
      button.addEventListener("click", () => choose(name).then(() => mark(row)));
    }
  }
  mark(parent.querySelector(".ts-choice"));
  return () => {};
}

function mark(row) {
  for (const button of row.children) {
    button.setAttribute("aria-checked", String(button.dataset.name === chosen()));
  }
}
