// Draws one message.

import { userAvatar, avatar } from "./avatars.js";
import { drawBlocks } from "./blocks.js";
import { clockTime, fullTime, messageTime } from "./dates.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { emojiNode, mrkdwn } from "./mrkdwn.js";
import { openThread } from "./navigation.js";
import { appById, displayName, userById } from "./store.js";

const NOTICES = new Set([
  "channel_join", "channel_leave", "channel_topic", "bot_add", "bot_remove",
]);

/** `isGrouped` leaves out the author; `isThread` leaves out the way into the thread. */
export function drawMessage(message, surface, { isGrouped, isThread }) {
  const classes = ["message", isGrouped && "is-grouped", message.is_ephemeral && "is-ephemeral"];
  const isNotice = NOTICES.has(message.subtype);
  return h("article", {
    class: [...classes, isNotice && "is-notice"].filter(Boolean).join(" "),
    "aria-label": `${authorName(message)}, ${clockTime(Number(message.ts))}`,
    data: { ts: message.ts, ephemeral: message.is_ephemeral ? "true" : null },
  },
  h("div", { class: "gutter" }, isGrouped ? shortTime(message) : authorAvatar(message)),
  h("div", { class: "message-body" },
    message.is_ephemeral && h("p", { class: "only-you" }, icon("eye"), "Only visible to you"),
    !isGrouped && heading(message),
    content(message, surface),
    reactions(message),
    !isThread && threadSummary(message)),
  !isThread && !message.is_ephemeral && !isNotice && tools(message));
}

export function authorName(message) {
  const app = message.app_id && appById(message.app_id);
  return message.username || (message.user_id ? displayName(message.user_id) : app?.name) || "App";
}

function authorAvatar(message) {
  const user = userById(message.user_id);
  if (user && !message.app_id) return userAvatar(user, "large");
  const app = appById(message.app_id);
  const color = app?.color ?? user?.color;
  return avatar({ name: authorName(message), color, isBot: true, size: "large" });
}

function heading(message) {
  return h("div", { class: "message-head" },
    h("span", { class: "author" }, authorName(message)),
    isFromApp(message) && h("span", { class: "app-badge" }, "APP"),
    timeNode(message, "stamp"));
}

function isFromApp(message) {
  return Boolean(message.app_id || userById(message.user_id)?.is_bot);
}

function timeNode(message, className) {
  const epoch = Number(message.ts);
  const props = { class: className, title: fullTime(epoch), data: { epoch: message.ts } };
  return h("time", props, messageTime(epoch));
}

function shortTime(message) {
  const epoch = Number(message.ts);
  return h("time", { class: "stamp-short", title: fullTime(epoch) }, clockTime(epoch));
}

function content(message, surface) {
  const edited = message.edited && h("span", { class: "edited" }, "(edited)");
  if (message.blocks?.length) {
    return h("div", { class: "blocks" }, drawBlocks(message.blocks, surface), edited);
  }
  const text = h("div", { class: "text" }, mrkdwn(message.text ?? ""));
  if (edited) (text.lastElementChild ?? text).append(" ", edited);
  return text;
}

function reactions({ reactions: list = [] }) {
  if (!list?.length) return null;
  const pills = list.map(({ name, count }) => (
    h("span", { class: "reaction" }, emojiNode(name), h("span", {}, String(count)))));
  return h("div", { class: "reactions" }, pills);
}

function threadSummary(message) {
  if (!message.reply_count) return null;
  const text = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return h("button", {
    class: "thread-summary", type: "button", data: { thread: message.ts },
    on: { click: () => openThread(message.ts) },
  }, icon("thread"), text, h("span", { class: "thread-view" }, "View thread"));
}

function tools(message) {
  const open = () => openThread(message.thread_ts ?? message.ts);
  return h("div", { class: "tools" }, h("button", {
    type: "button", class: "tool", title: "Reply in thread", "aria-label": "Reply in thread",
    data: { testid: "reply" }, on: { click: open },
  }, icon("thread")));
}

/** Brings the relative times under `root` up to date. */
export function refreshTimes(root) {
  for (const node of root.querySelectorAll("time[data-epoch]")) {
    node.textContent = messageTime(Number(node.dataset.epoch));
  }
}
