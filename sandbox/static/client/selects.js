// Draws all kinds of select menus.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openListbox } from "./listbox.js";
import { conversationLabel, sourceFor } from "./options.js";
import { currentChannelId, displayName } from "./store.js";
import { plainText } from "./text.js";

const NOUNS = {
  static_select: "option", external_select: "option", users_select: "user",
  channels_select: "channel", conversations_select: "conversation",
};

/** Slack's names around one select, e.g. `{field: "selected_users", initial: "initial_users"}`. */
function namesOf(element) {
  const isMulti = element.type.startsWith("multi_");
  const noun = NOUNS[element.type.replace(/^multi_/, "")] + (isMulti ? "s" : "");
  return { isMulti, noun, field: `selected_${noun}`, initial: `initial_${noun}` };
}

export function select(element, ctx) {
  return new SelectMenu(element, ctx).node;
}

class SelectMenu {
  #values; // option objects or ids, at most one unless multi

  constructor(element, ctx) {
    this.element = element;
    this.ctx = ctx;
    this.names = namesOf(element);
    this.#values = this.#startValues();
    this.placeholder = plainText(element.placeholder) || this.#defaultPlaceholder();
    this.node = this.#drawTrigger();
    this.#drawValue();
  }

  #startValues() {
    const { element, names } = this;
    const initial = element[names.initial] ?? defaultConversation(element, names);
    const empty = names.isMulti ? [] : null;
    const start = this.ctx.claim(element, { [names.field]: initial ?? empty });
    const value = start[names.field];
    if (names.isMulti) return value;
    return value === null ? [] : [value];
  }

  #defaultPlaceholder() {
    return this.names.isMulti ? `Select ${this.names.noun}` : "Select an option";
  }

  #drawTrigger() {
    const { element, ctx } = this;
    const node = h("button", {
      type: "button",
      class: `select ${this.names.isMulti ? "select-multi" : ""}`,
      ...ctx.labels(element, this.placeholder),
      role: "combobox",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      data: { ...ctx.hooks(element), focusOnLoad: element.focus_on_load ? "true" : null },
    });
    node.addEventListener("click", () => this.#toggle());
    node.addEventListener("keydown", (event) => this.#onKey(event));
    return node;
  }

  #drawValue() {
    const words = this.#values.map((value) => (
      h("span", { class: "select-value" }, textOf(value, this.element))));
    const shown = words.length ? words : h("span", { class: "select-empty" }, this.placeholder);
    this.node.replaceChildren(h("span", { class: "select-words" }, shown), icon("chevron"));
    this.node.dataset.value = this.#values.map(keyOf).join(",");
  }

  #onKey(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    this.#toggle();
  }

  #toggle() {
    if (this.list && this.node.getAttribute("aria-expanded") === "true") {
      this.list.popover.close({ returnFocus: true });
      return;
    }
    const before = this.#values;
    this.list = openListbox(this.node, {
      source: sourceFor(this.element, this.ctx),
      label: this.placeholder,
      isMulti: this.names.isMulti,
      isChosen: (choice) => this.#values.some((value) => keyOf(value) === choice.key),
      onPick: (choice) => this.#pick(choice),
      onClose: () => this.names.isMulti && this.#dispatchIfChanged(before),
    });
  }

  #pick(choice) {
    const before = this.#values;
    this.#values = this.names.isMulti ? this.#toggled(choice) : [choice.value];
    this.#store();
    if (!this.names.isMulti) this.#dispatchIfChanged(before);
  }

  #toggled(choice) {
    const rest = this.#values.filter((value) => keyOf(value) !== choice.key);
    if (rest.length < this.#values.length) return rest;
    const most = this.element.max_selected_items ?? Infinity;
    return this.#values.length < most ? [...this.#values, choice.value] : this.#values;
  }

  #payload() {
    const { isMulti, field } = this.names;
    return { [field]: isMulti ? this.#values : this.#values[0] ?? null };
  }

  #store() {
    this.ctx.set(this.element, this.#payload());
    this.#drawValue();
  }

  /** A single select tells the app about each pick, as Slack does, even the same one again. */
  async #dispatchIfChanged(before) {
    if (!this.ctx.dispatches || (this.names.isMulti && before === this.#values)) return;
    const { element, node } = this;
    const interaction = { element, blockId: this.ctx.blockId, payload: this.#payload(), node };
    const isDone = await this.ctx.surface.act(interaction);
    if (isDone || !element.confirm) return;
    this.#values = before;
    this.#store();
  }
}

function defaultConversation(element, { isMulti }) {
  if (!element.default_to_current_conversation) return undefined;
  const channelId = currentChannelId();
  if (!channelId) return undefined;
  return isMulti ? [channelId] : channelId;
}

function keyOf(value) {
  return typeof value === "string" ? value : value.value;
}

function textOf(value, element) {
  if (typeof value !== "string") return plainText(value.text);
  return element.type.includes("users") ? displayName(value) : conversationLabel(value);
}
