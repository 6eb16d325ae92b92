// Tells the person about messages that arrive elsewhere.

import { api } from "./api.js";
import { appAvatar, userAvatar } from "./avatars.js";
import { h } from "./dom.js";
import { authorName } from "./message.js";
import { mrkdwn } from "./mrkdwn.js";
import { openApp, openChannel } from "./navigation.js";
import {
  appById, channelById, channelName, currentChannelId, on, store, userById, who,
} from "./store.js";

const STAYS = 7000; // milliseconds
const MOST = 3; // toasts at a time

export function mountToasts(root) {
  const seen = new Map(); // channel_id -> unread
  on("person", () => {
    seen.clear();
    root.replaceChildren(); // what one person was told is not for the next
  });
  on("place", () => dismiss(root, currentChannelId()));
  on("state", () => {
    const grown = store.state.channels.filter((each) => hasGrown(seen, each));
    for (const channel of store.state.channels) seen.set(channel.channel_id, channel.unread);
    grown.forEach((channel) => tellAbout(root, channel));
  });
}

function hasGrown(seen, { channel_id: channelId, unread }) {
  if (seen.size === 0 || channelId === currentChannelId()) return false;
  return unread > (seen.get(channelId) ?? 0);
}

async function tellAbout(root, channel) {
  const session = store.session;
  const { messages = [] } = await api.history(who(), channel.channel_id).catch(() => ({}));
  const message = messages.at(-1);
  if (!message || session !== store.session || message.user_id === store.userId) return;
  if (channel.kind === "im" || concernsMe(message)) show(root, channel, message);
}

function concernsMe(message) {
  const text = JSON.stringify([message.text, message.blocks]);
  const mine = store.state.usergroups.filter((each) => each.user_ids.includes(store.userId));
  const marks = [`<@${store.userId}`, "<!here", "<!channel", "<!everyone",
    ...mine.map((group) => `<!subteam^${group.id}`)];
  return message.is_ephemeral || marks.some((mark) => text.includes(mark));
}

function show(root, channel, message) {
  const app = appById(message.app_id);
  const isAppMessage = app && app.im_channel_id === channel.channel_id;
  const toast = h("button", { class: "toast", type: "button",
    data: { testid: "toast", about: channel.channel_id } },
    app ? appAvatar(app, "medium") : userAvatar(userById(message.user_id), "medium"),
    h("span", { class: "toast-words" },
      h("strong", {}, authorName(message), channel.kind !== "im" && ` in #${channelName(channel)}`),
      h("span", { class: "toast-text" }, preview(message))));
  toast.addEventListener("click", () => {
    toast.remove();
    if (isAppMessage) openApp(app.app_id, "messages");
    else if (channelById(channel.channel_id)) openChannel(channel.channel_id);
  });
  root.append(toast);
  while (root.children.length > MOST) root.firstElementChild.remove();
  setTimeout(() => toast.remove(), STAYS);
}

/** Takes away what was said of a channel that is on screen now. */
function dismiss(root, channelId) {
  for (const toast of [...root.children]) if (toast.dataset.about === channelId) toast.remove();
}

/** One plain line; drawn first, so that mentions read as names. */
function preview(message) {
  const text = h("div", {}, mrkdwn(message.text ?? "")).textContent.trim();
  return text || "Sent a message";
}
