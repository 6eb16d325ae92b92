// Shows the messages of the current place.

import { h } from "./dom.js";
import { authorName, refreshTimes } from "./message.js";
import { MessageList } from "./messages.js";
import { StickyScroll } from "./scroller.js";
import { channelById, channelName, currentApp, currentChannelId, on, store } from "./store.js";

const REFRESH_TIMES = 30_000; // milliseconds

/** `nodes`: viewport, list, empty, pill, announcer. */
export function mountConversation(nodes) {
  const conversation = new Conversation(nodes);
  on("place", () => conversation.draw());
  on("state", () => conversation.drawEmptyState());
  on("history", (channelId) => channelId === currentChannelId() && conversation.draw());
  setInterval(() => refreshTimes(document), REFRESH_TIMES);
}

class Conversation {
  #shown = null; // "session channel_id" of what is on screen
  #lastTs = "";

  constructor(nodes) {
    this.nodes = nodes;
    this.list = new MessageList(nodes.list);
    this.scroll = new StickyScroll(nodes.viewport, nodes.pill);
  }

  draw() {
    const channelId = currentChannelId();
    const isNewPlace = this.#notePlace(channelId);
    const messages = topLevel(store.histories.get(channelId) ?? []);
    this.list.draw(messages, { channelId });
    this.drawEmptyState();
    const news = isNewPlace ? [] : messages.filter((each) => each.ts > this.#lastTs);
    this.#announce(news);
    this.#lastTs = messages.at(-1)?.ts ?? "";
    if (isNewPlace || news.some(isOwn)) this.scroll.toEnd();
    else this.scroll.afterDraw({ hasNews: news.length > 0 });
  }

  /** True for a place that was not on screen, or whose messages are only now here. */
  #notePlace(channelId) {
    const isLoaded = store.histories.has(channelId);
    const place = `${store.session} ${channelId} ${isLoaded}`;
    if (place === this.#shown) return false;
    const isSameChannel = this.#shown?.startsWith(`${store.session} ${channelId} `);
    if (!isSameChannel) this.list.clear();
    this.#shown = place;
    return true;
  }

  drawEmptyState() {
    const channelId = currentChannelId();
    const messages = store.histories.get(channelId);
    const isEmpty = Boolean(messages) && topLevel(messages).length === 0;
    const isUnstarted = Boolean(currentApp()) && store.tab === "messages" && !channelId;
    this.nodes.empty.hidden = !isEmpty && !isUnstarted;
    if (!this.nodes.empty.hidden) this.nodes.empty.replaceChildren(...emptyWords(channelId));
  }

  #announce(news) {
    if (!news.length) return;
    const words = news.map((each) => `${authorName(each)}: ${each.text || "new message"}`);
    this.nodes.announcer.textContent = words.join(". ");
  }
}

/** Replies live in their thread, unless they were also sent to the channel. */
function topLevel(messages) {
  return messages.filter((each) => (
    !each.thread_ts || each.thread_ts === each.ts || each.subtype === "thread_broadcast"));
}

function isOwn(message) {
  return message.user_id === store.userId;
}

function emptyWords(channelId) {
  const app = currentApp();
  if (app) return words(`This is ${app.name}`, "Messages between you and the app appear here.");
  const channel = channelById(channelId);
  if (!channel) return [];
  if (channel.kind === "im") {
    return words(`You and ${channelName(channel)}`, "Say hello to start the conversation.");
  }
  return words(`Welcome to #${channel.name}`,
    "Nothing here yet. Write the first message, or type / to see what apps can do.");
}

function words(title, text) {
  return [h("h2", {}, title), h("p", {}, text)];
}
