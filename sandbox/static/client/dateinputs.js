// Draws the pickers of dates and times.

import { h } from "./dom.js";

const KINDS = {
  datepicker: { type: "date", field: "selected_date", initial: "initial_date", name: "Date" },
  timepicker: { type: "time", field: "selected_time", initial: "initial_time", name: "Time" },
  datetimepicker: {
    type: "datetime-local", field: "selected_date_time", initial: "initial_date_time",
    name: "Date and time",
  },
};

export function dateInput(element, ctx) {
  const kind = KINDS[element.type];
  const start = ctx.claim(element, { [kind.field]: element[kind.initial] ?? null });
  const node = h("input", {
    type: kind.type,
    class: `input input-${kind.type}`,
    ...ctx.labels(element, kind.name),
    data: { ...ctx.hooks(element), focusOnLoad: element.focus_on_load ? "true" : null },
  });
  node.value = shown(kind, start[kind.field]);
  node.addEventListener("change", () => onChange(element, ctx, node, kind));
  return node;
}

function onChange(element, ctx, node, kind) {
  const payload = { [kind.field]: sent(kind, node.value) };
  ctx.set(element, payload);
  if (ctx.dispatches) ctx.surface.act({ element, blockId: ctx.blockId, payload, node });
}

/** Slack's value in the browser's notation; a datetimepicker speaks epoch seconds. */
function shown(kind, value) {
  if (value === null) return "";
  if (kind.type !== "datetime-local") return value;
  const moment = new Date(value * 1000);
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

function sent(kind, text) {
  if (!text) return null;
  return kind.type === "datetime-local" ? Math.floor(new Date(text).getTime() / 1000) : text;
}
