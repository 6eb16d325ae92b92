// Keeps keyboard focus inside a dialog.

const FOCUSABLE = [
  "a[href]", "button:not([disabled])", "input:not([disabled])", "textarea:not([disabled])",
  "select:not([disabled])", "[tabindex]:not([tabindex='-1'])",
].join(",");

export function focusableIn(root) {
  return [...root.querySelectorAll(FOCUSABLE)].filter((node) => node.offsetParent !== null);
}

/** Tab moves in a circle within `root`. */
export function trapTab(root, event) {
  if (event.key !== "Tab") return;
  const nodes = focusableIn(root);
  const [first, last] = [nodes.at(0), nodes.at(-1)];
  const edge = event.shiftKey ? first : last;
  if (!first || (document.activeElement !== edge && root.contains(document.activeElement))) return;
  event.preventDefault();
  (event.shiftKey ? last : first).focus();
}
