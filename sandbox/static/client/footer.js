// Chooses what stands below the messages of a place.

import { api } from "./api.js";
import { Composer } from "./composer.js";
import { h } from "./dom.js";
import {
  channelById, channelName, currentApp, currentChannelId, on, store, who,
} from "./store.js";
import { loadAll } from "./sync.js";

export function mountFooter({ root, conversation }) {
  const composer = new Composer();
  const instead = h("div", { class: "join", hidden: true });
  root.replaceChildren(composer.node, instead);
  const draw = () => {
    conversation.hidden = Boolean(currentApp()) && store.tab !== "messages";
    root.hidden = !currentChannelId();
    if (!root.hidden) drawFooter(composer, instead);
  };
  for (const topic of ["place", "state"]) on(topic, draw);
}

/** The composer, or the reason why one cannot write here. */
function drawFooter(composer, instead) {
  const channel = channelById(currentChannelId());
  const obstacle = obstacleTo(channel);
  composer.node.hidden = Boolean(obstacle);
  instead.hidden = !obstacle;
  instead.replaceChildren(...(obstacle ?? []));
  const name = currentApp()?.name ?? placeName(channel);
  composer.show({ channelId: currentChannelId(), placeholder: `Message ${name}` });
}

function obstacleTo(channel) {
  if (currentApp()?.messages_tab_read_only) {
    return [h("span", {}, "This app does not take messages. Use its Home or its commands.")];
  }
  const isOutside = channel?.kind === "channel" && channel.is_member === false;
  return isOutside ? joinOffer(channel) : null;
}

function joinOffer(channel) {
  const join = async () => {
    await api.joinChannel(who(), channel.channel_id);
    await loadAll();
  };
  return [
    h("span", {}, `You are looking at #${channel.name} without being a member.`),
    h("button", { class: "button button-primary", type: "button", on: { click: join } },
      "Join channel"),
  ];
}

function placeName(channel) {
  if (!channel) return "";
  return channel.kind === "im" ? channelName(channel) : `#${channel.name}`;
}
