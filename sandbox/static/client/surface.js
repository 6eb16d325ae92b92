// Sends the interactions of one message, Home or modal to its app.

import { api } from "./api.js";
import { confirmed } from "./confirm.js";
import { h } from "./dom.js";
import { FormValues } from "./form.js";
import { icon } from "./icons.js";
import { who } from "./store.js";

/** What an interaction came from; `container` is Slack's container of block_actions. */
export class Surface {
  form = new FormValues();
  inputs = new Map(); // block_id -> the drawn input block, for its error text
  onEdit = () => {}; // told the block_id whenever the person changes something

  constructor(container, channelId = null) {
    this.container = container;
    this.channelId = channelId;
  }

  beginDraw() {
    this.form.beginDraw();
    this.inputs.clear();
  }

  /** Asks for confirmation if wanted, tells the app, then shows progress at `node`. */
  async act({ element, blockId, payload = {}, node }) {
    if (element.confirm && !(await confirmed(element.confirm, node))) return false;
    clearWarning(node);
    setBusy(node, true);
    const answer = await api.sendAction(who(), this.#action(element, blockId, payload));
    setBusy(node, false);
    if (!answer.ok) showWarning(node, failureText(answer.error));
    return Boolean(answer.ok);
  }

  #action(element, blockId, payload) {
    return {
      container: this.container,
      block_id: blockId,
      action_id: element.action_id,
      type: element.type,
      ...payload,
      state: { values: this.form.values() },
    };
  }

  loadOptions(element, blockId, value) {
    const query = { container: this.container, block_id: blockId, action_id: element.action_id };
    return api.loadOptions(who(), { ...query, value });
  }
}

function setBusy(node, isBusy) {
  node.classList.toggle("is-busy", isBusy);
  if (isBusy) node.setAttribute("aria-busy", "true");
  else node.removeAttribute("aria-busy");
}

function showWarning(node, text) {
  const host = node.closest(".block") ?? node.parentElement;
  host?.append(h("p", { class: "action-warning", role: "alert" }, icon("warning"), text));
}

function clearWarning(node) {
  node.closest(".block")?.querySelectorAll(".action-warning").forEach((each) => each.remove());
}

const FAILURES = {
  connection_lost: "We had some trouble connecting. Try again?",
  operation_timeout: "The app did not answer in time. Try again?",
};

/** One sentence a person can act on; the server's own sentences are used as they are. */
export function failureText(error = "") {
  if (error.includes(" ")) return error;
  return FAILURES[error] ?? `We had some trouble connecting. Try again?${error && ` (${error})`}`;
}
