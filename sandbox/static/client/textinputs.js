// Draws the inputs that a person types into.

import { h } from "./dom.js";
import { plainText } from "./text.js";

const KINDS = {
  plain_text_input: { type: "text" },
  number_input: { type: "text", inputmode: "decimal" },
  url_text_input: { type: "url" },
  email_text_input: { type: "email" },
};
const NEARLY_FULL = 0.8; // share of max_length from which the counter shows

export function textInput(element, ctx) {
  const start = ctx.claim(element, { value: element.initial_value ?? null });
  const isMultiline = element.type === "plain_text_input" && element.multiline;
  const node = h(isMultiline ? "textarea" : "input", {
    ...(isMultiline ? { rows: 4 } : KINDS[element.type]),
    ...ctx.labels(element, "Text"),
    class: "input",
    autocomplete: "off",
    placeholder: plainText(element.placeholder) || null,
    data: { ...ctx.hooks(element), focusOnLoad: element.focus_on_load ? "true" : null },
  });
  node.value = start.value ?? "";
  node.addEventListener("input", () => onInput(element, ctx, node));
  node.addEventListener("keydown", (event) => onKey(event, element, ctx, node));
  return element.max_length ? withCounter(node, element.max_length) : node;
}

function onInput(element, ctx, node) {
  ctx.set(element, { value: node.value === "" ? null : node.value });
  if (triggers(element, ctx).includes("on_character_entered")) dispatch(element, ctx, node);
}

/** Enter sends the action when asked for; in a multi-line field it stays a new line. */
function onKey(event, element, ctx, node) {
  if (event.key !== "Enter" || event.isComposing || element.multiline) return;
  if (!triggers(element, ctx).includes("on_enter_pressed")) return;
  event.preventDefault();
  dispatch(element, ctx, node);
}

function triggers(element, ctx) {
  if (!ctx.dispatches) return [];
  return element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
}

function dispatch(element, ctx, node) {
  const payload = { value: node.value };
  ctx.surface.act({ element, blockId: ctx.blockId, payload, node });
}

/** The counter appears near the limit; longer text is refused on submit, never cut. */
function withCounter(node, limit) {
  const counter = h("span", { class: "counter", "aria-live": "polite" });
  const update = () => {
    const left = limit - node.value.length;
    counter.textContent = node.value.length >= limit * NEARLY_FULL ? `${left} left` : "";
    counter.classList.toggle("counter-over", left < 0);
  };
  node.addEventListener("input", update);
  update();
  return h("div", { class: "input-wrap" }, node, counter);
}
