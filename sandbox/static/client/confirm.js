// Asks before an action, as Block Kit's confirm object says.

import { h, uniqueId } from "./dom.js";
import { trapTab } from "./focus.js";
import { plainText, textNode } from "./text.js";

/** Resolves to true when the person confirms; focus then returns to `opener`. */
export function confirmed(confirm, opener) {
  return new Promise((resolve) => {
    const settle = (answer) => {
      layer.remove();
      if (opener?.isConnected) opener.focus();
      resolve(answer);
    };
    const layer = drawLayer(confirm, settle);
    document.body.append(layer);
    layer.querySelector(".confirm-no").focus();
  });
}

function drawLayer(confirm, settle) {
  const titleId = uniqueId("confirm");
  const dialog = h("div", { class: "confirm", role: "alertdialog", "aria-modal": "true",
    "aria-labelledby": titleId, data: { testid: "confirm" } },
  h("h2", { id: titleId }, plainText(confirm.title) || "Are you sure?"),
  textNode(confirm.text, "text confirm-text"),
  buttons(confirm, settle));
  const layer = h("div", { class: "layer layer-confirm" }, dialog);
  layer.addEventListener("keydown", (event) => onKey(event, dialog, settle));
  return layer;
}

function buttons(confirm, settle) {
  const style = confirm.style === "danger" ? "button-danger" : "button-primary";
  const no = { class: "button confirm-no", type: "button", on: { click: () => settle(false) } };
  const yes = { class: `button ${style}`, type: "button", data: { testid: "confirm-yes" },
    on: { click: () => settle(true) } };
  return h("div", { class: "dialog-buttons" },
    h("button", no, plainText(confirm.deny) || "Cancel"),
    h("button", yes, plainText(confirm.confirm) || "Yes"));
}

function onKey(event, dialog, settle) {
  event.stopPropagation();
  if (event.key === "Escape") settle(false);
  trapTab(dialog, event);
}
