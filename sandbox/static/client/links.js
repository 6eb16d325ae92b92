// Draws links, mentions or dates.

import { h } from "./dom.js";
import { fillDateFormat, fullTime } from "./dates.js";
import { channelById, displayName, store, userById } from "./store.js";

const SAFE_SCHEMES = new Set(["http:", "https:", "mailto:", "tel:"]);

/** True for an address that is safe to open: never `javascript:` or `data:`. */
export function isSafeUrl(url) {
  try {
    return SAFE_SCHEMES.has(new URL(url, window.location.href).protocol);
  } catch {
    return false;
  }
}

/** The channel_id in an address of this client in the current workspace, else null. */
export function channelOfAddress(url) {
  const { origin, pathname } = new URL(url, window.location.href);
  const [, teamId, channelId] = /^\/client\/([^/]+)\/([^/]+)$/.exec(pathname) ?? [];
  const isHere = origin === window.location.origin && teamId === store.teamId;
  return isHere && channelById(channelId) ? channelId : null;
}

/** The properties of a link: to another site in a new tab, to a channel inside the client. */
export function linkProps(url) {
  const channelId = channelOfAddress(url);
  if (channelId) return { href: url, data: { go: channelId } };
  return { href: url, target: "_blank", rel: "noopener noreferrer", data: {} };
}

export function link(url, ...children) {
  if (!isSafeUrl(url)) return h("span", {}, ...children);
  return h("a", { ...linkProps(url), class: "link" }, ...children);
}

export function userMention(userId, label) {
  const isKnown = Boolean(userById(userId));
  const isMe = userId === store.userId;
  const name = isKnown ? displayName(userId) : label || userId;
  return h("span", { class: `mention${isMe ? " mention-me" : ""}` }, `@${name}`);
}

export function usergroupMention(usergroupId, label) {
  const group = store.state?.usergroups.find((each) => each.id === usergroupId);
  const isMine = group?.user_ids?.includes(store.userId);
  const name = group ? group.handle : label || usergroupId;
  const handle = `@${name.replace(/^@/, "")}`;
  return h("span", { class: `mention${isMine ? " mention-me" : ""}` }, handle);
}

export function broadcastMention(range) {
  return h("span", { class: "mention mention-me" }, `@${range}`);
}

/** A link that the client follows itself; `data-go` carries the channel_id. */
export function channelMention(channelId, label) {
  const channel = channelById(channelId);
  if (!channel) return h("span", { class: "mention" }, `#${label || "private-channel"}`);
  const props = { class: "mention", href: `/client/${store.teamId}/${channelId}` };
  return h("a", { ...props, data: { go: channelId } }, `#${channel.name}`);
}

/** A moment in the reader's own time zone; `fallback` when it cannot be understood. */
export function dateText(epochText, template, url, fallback) {
  const epoch = Number(epochText);
  if (!Number.isFinite(epoch) || !epochText) return document.createTextNode(fallback);
  const iso = new Date(epoch * 1000).toISOString();
  const text = fillDateFormat(epoch, template);
  const time = h("time", { datetime: iso, title: fullTime(epoch) }, text);
  return url ? link(url, time) : time;
}
