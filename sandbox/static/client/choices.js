// Draws checkboxes or radio buttons.

import { h, uniqueId } from "./dom.js";
import { textNode } from "./text.js";

export function checkboxes(element, ctx) {
  const start = ctx.claim(element, { selected_options: element.initial_options ?? [] });
  const chosen = new Set(start.selected_options.map((option) => option.value));
  return group(element, ctx, { type: "checkbox", role: "group", chosen });
}

export function radioButtons(element, ctx) {
  const start = ctx.claim(element, { selected_option: element.initial_option ?? null });
  const chosen = new Set(start.selected_option ? [start.selected_option.value] : []);
  return group(element, ctx, { type: "radio", role: "radiogroup", chosen });
}

function group(element, ctx, { type, role, chosen }) {
  const name = uniqueId("choice");
  const { id, ...labels } = ctx.labels(element, "Options");
  const node = h("div", { class: "choices", role, id, ...labels });
  node.append(...element.options.map((option) => {
    const isChosen = chosen.has(option.value);
    return choice(element, ctx, option, { type, name, isChosen });
  }));
  node.addEventListener("change", () => onChange(element, ctx, node));
  return node;
}

function choice(element, ctx, option, { type, name, isChosen }) {
  const input = h("input", {
    type, name, value: option.value, checked: isChosen, data: ctx.hooks(element),
  });
  const words = h("span", { class: "choice-words" },
    textNode(option.text),
    option.description && textNode(option.description, "text option-hint"));
  return h("label", { class: "choice" }, input, words);
}

function onChange(element, ctx, node) {
  const marks = [...node.querySelectorAll("input")].map((input) => input.checked);
  const selected = element.options.filter((_, index) => marks[index]);
  const isMany = element.type === "checkboxes";
  const one = selected[0] ?? null;
  const payload = isMany ? { selected_options: selected } : { selected_option: one };
  ctx.set(element, payload);
  if (ctx.dispatches) ctx.surface.act({ element, blockId: ctx.blockId, payload, node });
}
