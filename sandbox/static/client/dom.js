// Builds DOM nodes from data without ever parsing markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes, listeners (`on`), data attributes (`data`) and children. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  applyProps(node, props);
  node.append(...flatten(children));
  return node;
}

function applyProps(node, { on = {}, data = {}, ...attributes }) {
  for (const [name, listener] of Object.entries(on)) node.addEventListener(name, listener);
  for (const [name, value] of Object.entries(data)) {
    if (value !== undefined && value !== null) node.dataset[name] = value;
  }
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
}

function setAttribute(node, name, value) {
  if (value === undefined || value === null || value === false) return;
  node.setAttribute(name, value === true ? "" : String(value));
}

function flatten(children) {
  const isShown = (child) => child !== null && child !== undefined && child !== false;
  return children.flat(Infinity).filter(isShown);
}

/** An `<svg>` drawn with one stroked path; decorative, hidden from screen readers. */
export function svg(path, className = "icon") {
  const node = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  node.setAttribute("viewBox", "0 0 24 24");
  node.setAttribute("class", className);
  node.setAttribute("aria-hidden", "true");
  node.append(line);
  return node;
}

/** Replaces the children of `parent`; keyboard focus stays on the same `data-key`. */
export function refill(parent, ...children) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.dataset.key;
  parent.replaceChildren(...flatten(children));
  if (key) parent.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

let lastId = 0;

/** A document-wide unique id, for label and description references. */
export function uniqueId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}
