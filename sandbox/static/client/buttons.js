// Draws Block Kit buttons.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { isSafeUrl, linkProps } from "./links.js";
import { openMenu } from "./menu.js";
import { plainText } from "./text.js";

const STYLES = { primary: "button-primary", danger: "button-danger" };

/** A button; with `url` a link that opens it, and tells the app as well. */
export function button(element, ctx) {
  const isLink = element.url && isSafeUrl(element.url);
  const { data, ...props } = isLink ? linkProps(element.url) : { type: "button" };
  const node = h(isLink ? "a" : "button", {
    class: `button ${STYLES[element.style] ?? ""}`,
    "aria-label": element.accessibility_label,
    ...props,
    data: { ...data, ...ctx.hooks(element) },
  }, h("span", { class: "button-label" }, plainText(element.text)));
  node.addEventListener("click", () => press(element, ctx, node));
  return node;
}

function press(element, ctx, node) {
  if (node.classList.contains("is-busy")) return;
  const payload = element.value === undefined ? {} : { value: element.value };
  ctx.surface.act({ element, blockId: ctx.blockId, payload, node });
}

/** The "…" button with a menu of options. */
export function overflow(element, ctx) {
  const node = h("button", {
    class: "button button-overflow",
    type: "button",
    "aria-label": element.accessibility_label ?? "More actions",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    data: ctx.hooks(element),
  }, icon("more"));
  node.addEventListener("click", () => openOverflow(element, ctx, node));
  return node;
}

function openOverflow(element, ctx, node) {
  const items = element.options.map((option) => ({
    content: optionText(option),
    href: option.url && isSafeUrl(option.url) ? option.url : null,
    data: { value: option.value },
    onPick: () => {
      const payload = { selected_option: option };
      ctx.surface.act({ element, blockId: ctx.blockId, payload, node });
    },
  }));
  openMenu(node, items, { label: "More actions" });
}

/** An option's text above its description. */
export function optionText(option) {
  return [
    h("span", { class: "option-text" }, plainText(option.text)),
    option.description && h("span", { class: "option-hint" }, plainText(option.description)),
  ];
}
