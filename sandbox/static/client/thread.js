// Shows one thread in a side panel.

import { Composer } from "./composer.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { MessageList } from "./messages.js";
import { openThread } from "./navigation.js";
import { StickyScroll } from "./scroller.js";
import { channelById, channelName, currentApp, currentChannelId, on, store } from "./store.js";

export function mountThread(panel) {
  const thread = new ThreadPanel(panel);
  for (const topic of ["place", "history", "state"]) on(topic, () => thread.draw());
}

class ThreadPanel {
  #shown = null;

  constructor(panel) {
    this.panel = panel;
    this.where = h("p", { class: "thread-where" });
    const root = h("div", { class: "message-list" });
    const viewport = h("div", { class: "thread-viewport", tabindex: "0" }, root);
    this.list = new MessageList(root);
    this.scroll = new StickyScroll(viewport);
    this.composer = new Composer({ isThread: true });
    panel.replaceChildren(this.#heading(), viewport, this.composer.node);
    panel.addEventListener("keydown", (event) => event.key === "Escape" && this.#close());
  }

  #heading() {
    const close = { class: "icon-button", type: "button", "aria-label": "Close thread",
      on: { click: () => this.#close() } };
    return h("header", { class: "thread-head" },
      h("div", {}, h("h2", {}, "Thread"), this.where),
      h("button", close, icon("close")));
  }

  draw() {
    const messages = this.#messages();
    this.panel.hidden = messages.length === 0;
    document.body.classList.toggle("has-thread", messages.length > 0);
    const shown = `${store.session} ${store.threadTs}`;
    const isNew = shown !== this.#shown;
    this.#shown = this.panel.hidden ? null : shown;
    if (isNew) this.list.clear();
    if (this.panel.hidden) return;
    this.#drawMessages(messages, isNew);
  }

  #drawMessages(messages, isNew) {
    const channelId = currentChannelId();
    const channel = channelById(channelId);
    this.where.textContent = currentApp()?.name ?? placeName(channel);
    this.list.draw(messages, { channelId, isThread: true });
    this.composer.show({ channelId, threadTs: store.threadTs, placeholder: "Reply…" });
    if (isNew) {
      this.scroll.toEnd();
      this.composer.focus();
    } else this.scroll.afterDraw();
  }

  #messages() {
    if (!store.threadTs) return [];
    const history = store.histories.get(currentChannelId()) ?? [];
    const isPart = (each) => [each.ts, each.thread_ts].includes(store.threadTs);
    return history.filter(isPart);
  }

  #close() {
    openThread(null);
    document.querySelector("[data-testid=composer]")?.focus();
  }
}

function placeName(channel) {
  if (!channel) return "";
  return channel.kind === "im" ? channelName(channel) : `#${channel.name}`;
}
