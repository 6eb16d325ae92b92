// Sends messages or commands that a person types.

import { api } from "./api.js";
import { Completion } from "./completion.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { store, who } from "./store.js";
import { failureText } from "./surface.js";

const TALLEST = 220; // pixels

/** A message box with its own drafts; a thread has one too. */
export class Composer {
  #place = null; // {channelId, threadTs}
  #drafts = new Map();

  constructor({ isThread = false } = {}) {
    this.isThread = isThread;
    const prefix = isThread ? "thread-" : "";
    this.box = this.#drawBox(`${prefix}composer`);
    this.send = this.#drawSend(`${prefix}send`);
    this.note = h("p", { class: "composer-note", role: "status",
      data: { testid: `${prefix}note` } });
    this.node = this.#drawFrame();
    this.completion = new Completion(this.box, {
      withCommands: !isThread, testid: `${prefix}completion`,
    });
    this.box.addEventListener("input", () => this.#onInput());
    this.box.addEventListener("keydown", (event) => this.#onKey(event));
  }

  #drawBox(testid) {
    return h("textarea", {
      class: "composer-box", rows: 1, "aria-label": "Message", autocomplete: "off",
      spellcheck: "true", data: { testid },
    });
  }

  #drawSend(testid) {
    return h("button", {
      class: "send", type: "button", disabled: true, "aria-label": "Send", title: "Send",
      data: { testid }, on: { click: () => this.#submit() },
    }, icon("send"));
  }

  #drawFrame() {
    const hint = h("span", { class: "composer-hint" },
      h("kbd", {}, "Enter"), " to send · ", h("kbd", {}, "Shift"), "+", h("kbd", {}, "Enter"),
      " for a new line");
    const bar = h("div", { class: "composer-bar" },
      !this.isThread && this.#slashButton(), !this.isThread && this.#shortcutButton(),
      hint, this.send);
    return h("div", { class: "composer" }, this.note,
      h("div", { class: "composer-frame" }, this.box, bar));
  }

  #slashButton() {
    const label = "Show slash commands";
    this.slash = h("button", { class: "icon-button", type: "button", title: label,
      "aria-label": label, on: { click: () => this.#startCommand() } }, icon("slash"));
    return this.slash;
  }

  #shortcutButton() {
    const label = "Shortcuts";
    this.shortcuts = h("button", { class: "icon-button", type: "button", title: label,
      "aria-label": label, "aria-haspopup": "menu", "aria-expanded": "false",
      on: { click: () => this.#openShortcuts() } }, icon("bolt"));
    return this.shortcuts;
  }

  /** Shows the draft of a place; `placeholder` names the place. */
  show({ channelId, threadTs = null, placeholder }) {
    const isSame = this.#place?.channelId === channelId && this.#place?.threadTs === threadTs;
    this.#place = { channelId, threadTs };
    this.box.placeholder = placeholder;
    this.box.setAttribute("aria-label", placeholder);
    this.#offerCommands();
    if (isSame) return;
    this.say("");
    this.#setText(this.#drafts.get(this.#key()) ?? "");
  }

  focus() {
    this.box.focus();
  }

  #offerCommands() {
    if (this.isThread) return;
    this.slash.hidden = !store.state?.commands?.length;
    this.shortcuts.hidden = !store.state?.shortcuts?.length;
  }

  say(text, isProblem = false) {
    this.note.textContent = text;
    this.note.classList.toggle("is-problem", isProblem);
  }

  #key() {
    return `${store.userId} ${this.#place?.channelId} ${this.#place?.threadTs}`;
  }

  #setText(text) {
    this.box.value = text;
    this.completion.close();
    this.#fit();
  }

  #onInput() {
    this.#drafts.set(this.#key(), this.box.value);
    this.say("");
    this.#fit();
    this.completion.update();
  }

  #fit() {
    this.send.disabled = this.box.value.trim() === "";
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, TALLEST)}px`;
  }

  #onKey(event) {
    if (event.isComposing || this.completion.onKey(event)) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.#submit();
  }

  #startCommand() {
    this.box.value = this.box.value.startsWith("/") ? this.box.value : "/";
    this.focus();
    this.#onInput();
  }

  #openShortcuts() {
    const items = store.state.shortcuts.map((shortcut) => ({
      content: [
        h("span", { class: "option-text" }, shortcut.name),
        h("span", { class: "option-hint" }, shortcut.description),
      ],
      data: { shortcut: shortcut.callback_id },
      onPick: () => this.#run(api.runShortcut(who(), shortcut.callback_id)),
    }));
    openMenu(this.shortcuts, items, { label: "Shortcuts" });
  }

  async #submit() {
    const text = this.box.value.trim();
    if (!text || !this.#place) return;
    const isCommand = /^\/[a-z]/i.test(text);
    const problem = isCommand ? this.#commandProblem(text) : null;
    if (problem) {
      this.say(problem, true);
      return;
    }
    this.#drafts.delete(this.#key());
    this.#setText("");
    const isDone = await (isCommand ? this.#runCommand(text) : this.#sendMessage(text));
    if (!isDone && !this.box.value) this.#setText(text);
  }

  #commandProblem(text) {
    const [name] = text.split(/\s/, 1);
    if (this.isThread) return `${name} cannot be used in a thread. Use it in the channel instead.`;
    const isKnown = store.state.commands.some((each) => each.command === name);
    return isKnown ? null : `${name} is not a command of this workspace. Type / to see them all.`;
  }

  #sendMessage(text) {
    const { channelId, threadTs } = this.#place;
    const thread = threadTs ? { thread_ts: threadTs } : {};
    return this.#run(api.sendMessage(who(), { channel_id: channelId, text, ...thread }));
  }

  async #runCommand(text) {
    const [, command, rest] = /^(\S+)\s*([\s\S]*)$/.exec(text);
    this.say(`Running ${command}…`);
    const call = { channel_id: this.#place.channelId, command, text: rest };
    const answer = await api.runCommand(who(), call);
    const isLost = answer.error === "connection_lost";
    this.say(isLost ? failureText(answer.error) : "", isLost);
    return !isLost; // an app's failure is told in the channel, by the server
  }

  async #run(call) {
    const answer = await call;
    if (!answer.ok) this.say(failureText(answer.error), true);
    return answer.ok;
  }
}
