// Chooses the drawing of each Block Kit element.

import { button, overflow } from "./buttons.js";
import { checkboxes, radioButtons } from "./choices.js";
import { dateInput } from "./dateinputs.js";
import { h } from "./dom.js";
import { image } from "./images.js";
import { select } from "./selects.js";
import { plainText } from "./text.js";
import { textInput } from "./textinputs.js";

const ELEMENTS = {
  button,
  overflow,
  checkboxes,
  radio_buttons: radioButtons,
  datepicker: dateInput,
  timepicker: dateInput,
  datetimepicker: dateInput,
  plain_text_input: textInput,
  number_input: textInput,
  url_text_input: textInput,
  email_text_input: textInput,
  static_select: select,
  multi_static_select: select,
  external_select: select,
  multi_external_select: select,
  users_select: select,
  multi_users_select: select,
  channels_select: select,
  multi_channels_select: select,
  conversations_select: select,
  multi_conversations_select: select,
  image: (element) => image(element, "image-accessory"),
};

export function drawElement(element, ctx) {
  const draw = ELEMENTS[element?.type];
  return draw ? draw(element, ctx) : unknown(`element “${element?.type}”`);
}

/** A visible placeholder, so that nothing an app sends is lost without a trace. */
export function unknown(what) {
  return h("p", { class: "unknown" }, `This sandbox cannot show the ${what} yet.`);
}

/** What an element needs to know of its place; `field` is set inside an input block. */
export class ElementContext {
  constructor(surface, blockId, field = null) {
    this.surface = surface;
    this.blockId = blockId;
    this.field = field;
    this.dispatches = field ? field.dispatches : true;
  }

  hooks(element) {
    return { blockId: this.blockId, actionId: element.action_id ?? "" };
  }

  /** The value to start with, shaped as in view.state. */
  claim(element, initial) {
    const value = { type: element.type, ...initial };
    return this.surface.form.claim(this.blockId, element.action_id, value);
  }

  set(element, value) {
    const typed = { type: element.type, ...value };
    this.surface.form.set(this.blockId, element.action_id, typed);
    this.surface.onEdit(this.blockId);
  }

  /** Attributes that bind an interactive node to its label, hint or error text. */
  labels(element, fallback) {
    if (this.field) return this.field.attributes;
    const name = element.accessibility_label || plainText(element.placeholder) || fallback;
    return { "aria-label": name };
  }
}
