// Opens a small menu of choices.

import { h } from "./dom.js";
import { openPopover } from "./popover.js";

/**
 * `items` are `{content, onPick, data?, isChecked?, href?}`; a checked item makes the menu
 * a choice of one. Focus starts on the checked or first item.
 */
export function openMenu(anchor, items, { label, className = "", align = "start" } = {}) {
  const list = h("div", { class: "menu", role: "menu", "aria-label": label });
  const pick = (item) => {
    popover.close({ returnFocus: true });
    item.onPick();
  };
  list.append(...items.map((item) => menuItem(item, pick)));
  list.addEventListener("keydown", moveWithArrows);
  const popover = openPopover(anchor, list, { className, align });
  (list.querySelector("[aria-checked=true]") ?? list.firstElementChild)?.focus();
  return popover;
}

function menuItem(item, pick) {
  const isChoice = item.isChecked !== undefined;
  const props = {
    class: `menu-item ${item.className ?? ""}`,
    role: isChoice ? "menuitemradio" : "menuitem",
    "aria-checked": isChoice ? String(item.isChecked) : null,
    tabindex: "-1",
    data: item.data,
    on: { click: () => pick(item) },
  };
  if (!item.href) return h("button", { ...props, type: "button" }, item.content);
  return h("a", { ...props, href: item.href, target: "_blank", rel: "noopener" }, item.content);
}

function moveWithArrows(event) {
  const items = [...event.currentTarget.children];
  const at = items.indexOf(document.activeElement);
  const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (target === undefined) return;
  event.preventDefault();
  items[(target + items.length) % items.length].focus();
}
