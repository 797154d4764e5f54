// Elements as pages/figures/node.py describes them: [tag, classes, text, kids, attributes]. What
// did not change is not touched, so a hover, a selection and a scrolled list stay.

import { styled } from "./paint.js";

const SVG = new Set(["svg", "polyline", "line", "rect", "circle", "path"]);

const made = (tag) =>
  SVG.has(tag) ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);

function dress(element, [, classes, text, kids, attributes]) {
  if (element.tsClasses !== classes) element.setAttribute("class", (element.tsClasses = classes));
  const before = element.tsAttributes || {};
  for (const name of Object.keys(before)) if (!(name in attributes)) element.removeAttribute(name);
  for (const [name, value] of Object.entries(attributes)) {
    if (before[name] !== value) element.setAttribute(name, name === "style" ? styled(value) : value);
  }
  element.tsAttributes = attributes;
  if (kids.length) {
    patch(element, kids);
  } else if (element.tsText !== text || element.firstElementChild) {
    element.textContent = text;
  }
  element.tsText = kids.length ? null : text;
}

/** Make the kids of an element those described. */
export function patch(parent, nodes) {
  if (!parent.firstElementChild && parent.firstChild) parent.textContent = "";
  let at = parent.firstElementChild;
  for (const node of nodes) {
    if (!at || at.tsTag !== node[0]) {
      const element = made(node[0]);
      element.tsTag = node[0];
      parent.insertBefore(element, at);
      dress(element, node);
    } else {
      dress(at, node);
      at = at.nextElementSibling;
    }
  }
  while (at) {
    const next = at.nextElementSibling;
    at.remove();
    at = next;
  }
}
