// Shows the modal on top of the person's stack.

import { api } from "./api.js";
import { appAvatar } from "./avatars.js";
import { drawBlocks, showFieldError } from "./blocks.js";
import { h, uniqueId } from "./dom.js";
import { focusableIn, trapTab } from "./focus.js";
import { icon } from "./icons.js";
import { appById, on, store, who } from "./store.js";
import { failureText, Surface } from "./surface.js";
import { loadState } from "./sync.js";
import { plainText } from "./text.js";

export function mountModal({ layer, page }) {
  const host = new ModalHost(layer, page);
  on("state", () => host.draw());
  on("person", () => host.close());
}

class ModalHost {
  #surfaces = new Map(); // view_id -> Surface: what was typed survives a pushed view
  #shown = ""; // id, hash or depth of what is drawn
  #opener = null;

  constructor(layer, page) {
    this.layer = layer;
    this.page = page;
    layer.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** Draws the top view; the same id with the same hash is left alone. */
  draw() {
    const { view, view_depth: depth = 1 } = store.state ?? {};
    if (!view) {
      this.close();
      return;
    }
    const signature = JSON.stringify([view.id, view.hash, depth]);
    if (signature === this.#shown) return;
    const isFirst = this.#shown === "";
    const isSameView = this.view?.id === view.id;
    if (isFirst) this.#opener = document.activeElement;
    this.#shown = signature;
    this.view = view;
    this.#redraw(depth, isSameView);
  }

  close() {
    if (this.#shown === "") return;
    this.#shown = "";
    this.view = null;
    this.#surfaces.clear();
    this.layer.hidden = true;
    this.layer.replaceChildren();
    this.page.inert = false;
    const opener = this.#opener?.isConnected ? this.#opener : null;
    (opener ?? document.querySelector("[data-testid=composer]"))?.focus();
  }

  #redraw(depth, isSameView) {
    const place = isSameView ? focusPlace(this.layer) : null;
    this.surface = this.#surfaceOf(this.view);
    this.dialog = this.#drawDialog(depth);
    this.layer.replaceChildren(this.dialog);
    this.layer.hidden = false;
    this.page.inert = true;
    if (!isSameView) this.dialog.classList.add("is-entering");
    (find(this.dialog, place) ?? firstFocus(this.dialog)).focus();
    if (place?.caret) restoreCaret(document.activeElement, place.caret);
  }

  #surfaceOf(view) {
    const fresh = new Surface({ type: "view", view_id: view.id });
    const surface = this.#surfaces.get(view.id) ?? fresh;
    surface.onEdit = (blockId) => showFieldError(surface, blockId, "");
    this.#surfaces.set(view.id, surface);
    return surface;
  }

  #drawDialog(depth) {
    const titleId = uniqueId("modal");
    this.problem = h("p", { class: "modal-problem", role: "alert", hidden: true });
    const form = h("form", { class: "modal-form", novalidate: true,
      on: { submit: (event) => this.#submit(event) } },
    h("div", { class: "modal-body" }, this.problem,
      drawBlocks(this.view.blocks ?? [], this.surface)), this.#footer());
    return h("div", { class: "modal", role: "dialog", "aria-modal": "true",
      "aria-labelledby": titleId, tabindex: "-1", data: { view: this.view.id, depth } },
    this.#header(titleId, depth), form);
  }

  #header(titleId, depth) {
    const app = appById(this.view.app_id) ?? { name: this.view.app_name ?? "App" };
    const back = h("button", { class: "icon-button", type: "button", "aria-label": "Back",
      data: { testid: "modal-back" }, on: { click: () => this.#dismiss(false) } }, icon("back"));
    const close = h("button", { class: "icon-button", type: "button", "aria-label": "Close",
      data: { testid: "modal-x" }, on: { click: () => this.#dismiss(true) } }, icon("close"));
    return h("header", { class: "modal-head" },
      depth > 1 ? back : appAvatar(app, "medium"),
      h("div", { class: "modal-titles" },
        h("h2", { id: titleId }, plainText(this.view.title)),
        h("p", {}, depth > 1 ? `${app.name} · step ${depth}` : app.name)), close);
  }

  #footer() {
    const { submit, close, blocks = [] } = this.view;
    const hasSubmit = Boolean(submit) || blocks.some((block) => block.type === "input");
    const closeText = plainText(close) || (hasSubmit ? "Cancel" : "Close");
    this.submitButton = hasSubmit && h("button", { class: "button button-primary", type: "submit",
      data: { testid: "modal-submit" } },
    h("span", { class: "button-label" }, plainText(submit) || "Submit"));
    return h("footer", { class: "modal-foot" },
      h("button", { class: "button", type: "button", data: { testid: "modal-close" },
        on: { click: () => this.#dismiss(false) } }, closeText),
      this.submitButton);
  }

  async #submit(event) {
    event.preventDefault();
    if (!this.submitButton || this.submitButton.classList.contains("is-busy")) return;
    const { view, surface } = this;
    this.#showErrors({});
    this.#setBusy(true);
    const state = { values: surface.form.values() };
    const answer = await api.submitView(who(), { view_id: view.id, hash: view.hash, state });
    if (answer.ok) await loadState();
    if (this.view !== view) return;
    this.#setBusy(false);
    if (!answer.ok) this.#showErrors(answer);
  }

  #setBusy(isBusy) {
    this.submitButton.classList.toggle("is-busy", isBusy);
    this.submitButton.disabled = isBusy;
    this.dialog.setAttribute("aria-busy", String(isBusy));
  }

  /** Field errors go under their inputs; anything else becomes the general banner. */
  #showErrors({ errors = {}, error }) {
    for (const blockId of this.surface.inputs.keys()) showFieldError(this.surface, blockId, "");
    const isPlaced = Object.entries(errors)
      .map(([blockId, text]) => showFieldError(this.surface, blockId, text));
    const isLost = !error && isPlaced.includes(false);
    this.#showProblem(error || isLost ? failureText(error) : "");
    const broken = this.dialog.querySelector(".has-error");
    if (!broken) return;
    focusableIn(broken)[0]?.focus();
    broken.scrollIntoView({ block: "nearest" });
  }

  #showProblem(text) {
    this.problem.hidden = !text;
    this.problem.replaceChildren(...(text ? [icon("warning"), text] : []));
    if (text) this.problem.scrollIntoView({ block: "nearest" });
  }

  async #dismiss(all) {
    const { view } = this;
    const answer = await api.closeView(who(), view.id, all);
    if (answer.ok) await loadState();
    else if (this.view === view) this.#showProblem(failureText(answer.error));
  }

  #onKey(event) {
    if (event.key === "Escape") this.#dismiss(false);
    else trapTab(this.layer, event);
  }
}

/** Where the keyboard was: `{blockId, actionId, caret}`, to return there after a redraw. */
function focusPlace(root) {
  const node = document.activeElement;
  if (!root.contains(node) || !node.dataset.actionId) return null;
  const { blockId, actionId } = node.dataset;
  const isText = typeof node.selectionStart === "number";
  return { blockId, actionId, caret: isText && [node.selectionStart, node.selectionEnd] };
}

function find(root, place) {
  if (!place) return null;
  const nodes = [...root.querySelectorAll("[data-action-id]")];
  return nodes.find(({ dataset }) => (
    dataset.blockId === place.blockId && dataset.actionId === place.actionId));
}

function restoreCaret(node, [start, end]) {
  if (typeof node.selectionStart === "number") node.setSelectionRange(start, end);
}

function firstFocus(dialog) {
  const form = dialog.querySelector(".modal-body");
  const wanted = dialog.querySelector("[data-focus-on-load=true]");
  return wanted ?? form.querySelector("input, textarea, .select") ?? dialog;
}
