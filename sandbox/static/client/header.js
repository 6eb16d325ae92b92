// Names the current place.

import { drawTabs } from "./apppage.js";
import { appAvatar, userAvatar } from "./avatars.js";
import { h, refill } from "./dom.js";
import { icon } from "./icons.js";
import {
  channelById, channelName, currentApp, on, store, totalUnread, userById, workspace,
} from "./store.js";

export function mountHeader({ heading, tabs }) {
  const draw = () => {
    const app = currentApp();
    tabs.hidden = !app;
    refill(tabs, app ? drawTabs(app) : []);
    refill(heading, app ? appHeading(app) : channelHeading());
    document.title = pageTitle();
  };
  for (const topic of ["place", "state"]) on(topic, draw);
}

function appHeading(app) {
  const badge = h("span", { class: "app-badge" }, "APP");
  return [appAvatar(app, "medium"), h("h2", {}, app.name), badge];
}

function channelHeading() {
  const channel = channelById(store.placeId);
  if (!channel) return [h("h2", {}, workspace()?.name ?? "")];
  if (channel.kind === "im") return directHeading(channel);
  const mark = channel.is_private ? icon("lock") : h("span", { class: "hash" }, "#");
  return [mark, h("h2", {}, channel.name),
    channel.topic && h("p", { class: "topic", title: channel.topic }, channel.topic)];
}

function directHeading(channel) {
  const user = userById(channel.user_id);
  return [userAvatar(user, "medium"), h("h2", {}, channelName(channel)),
    user?.title && h("p", { class: "topic" }, user.title)];
}

function pageTitle() {
  const unread = totalUnread();
  const channel = channelById(store.placeId);
  const sign = channel?.kind === "channel" ? "#" : "";
  const name = currentApp()?.name ?? (channel ? `${sign}${channelName(channel)}` : "");
  const words = [name, workspace()?.name, "Local Slack"].filter(Boolean).join(" · ");
  return unread ? `(${unread}) ${words}` : words;
}
