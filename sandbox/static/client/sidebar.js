// Lists the places of the workspace.

import { appAvatar, userAvatar } from "./avatars.js";
import { h, refill } from "./dom.js";
import { icon } from "./icons.js";
import { openApp, openChannel, openWorkspace } from "./navigation.js";
import { channelById, channelName, on, store, userById, workspace } from "./store.js";

export function mountSidebar({ sidebar, rail }) {
  const draw = () => {
    drawRail(rail);
    if (store.state) refill(sidebar, heading(), channels(), directMessages(), apps());
  };
  for (const topic of ["person", "state", "place"]) on(topic, draw);
}

function drawRail(rail) {
  rail.hidden = store.workspaces.length < 2;
  refill(rail, store.workspaces.map(workspaceButton));
}

function workspaceButton(team) {
  const isCurrent = team.team_id === store.teamId;
  const node = h("button", {
    class: "rail-button", type: "button", title: team.name,
    "aria-label": `Workspace ${team.name}`, "aria-current": isCurrent ? "true" : null,
    data: { key: team.team_id, team: team.team_id },
    on: { click: () => !isCurrent && openWorkspace(team.team_id) },
  }, team.name.charAt(0));
  if (team.color) node.style.setProperty("--avatar", team.color);
  return node;
}

function heading() {
  const team = workspace();
  return h("header", { class: "sidebar-head" },
    h("h1", {}, team.name),
    h("p", {}, `${team.domain} · ${team.people.length} people`));
}

function group(title, rows, empty) {
  return h("section", { class: "sidebar-group" },
    h("h2", {}, title),
    rows.length ? h("ul", {}, rows.map((row) => h("li", {}, row))) : empty);
}

function channels() {
  const rows = store.state.channels.filter((each) => each.kind === "channel").map(channelRow);
  return group("Channels", rows);
}

function channelRow(channel) {
  return row({
    data: { channel: channel.name, key: channel.channel_id },
    isCurrent: store.placeId === channel.channel_id,
    mark: channel.is_private ? icon("lock") : h("span", { class: "hash" }, "#"),
    name: channel.name,
    unread: channel.unread,
    isFaint: !channel.is_member,
    onOpen: () => openChannel(channel.channel_id),
  });
}

function directMessages() {
  const isHuman = (each) => each.kind === "im" && !userById(each.user_id)?.is_bot;
  const rows = store.state.channels.filter(isHuman).map(directRow);
  return rows.length ? group("Direct messages", rows) : null;
}

function directRow(channel) {
  return row({
    data: { dm: userById(channel.user_id)?.handle, key: channel.channel_id },
    isCurrent: store.placeId === channel.channel_id,
    mark: userAvatar(userById(channel.user_id), "tiny"),
    name: channelName(channel),
    unread: channel.unread,
    onOpen: () => openChannel(channel.channel_id),
  });
}

function apps() {
  const empty = h("p", { class: "sidebar-empty" },
    "No apps yet. Install one with its Add to Slack button.");
  return group("Apps", store.state.apps.map(appRow), empty);
}

function appRow(app) {
  return row({
    data: { app: app.name, key: app.app_id },
    isCurrent: store.placeId === app.app_id,
    mark: appAvatar(app, "tiny"),
    name: app.name,
    unread: channelById(app.im_channel_id)?.unread,
    onOpen: () => openApp(app.app_id),
  });
}

function row({ data, isCurrent, mark, name, unread, isFaint, onOpen }) {
  const classes = ["row", unread ? "row-unread" : "", isFaint ? "row-faint" : ""].join(" ");
  return h("button", {
    class: classes, type: "button", data, "aria-current": isCurrent ? "page" : null,
    on: { click: onOpen },
  },
  h("span", { class: "row-mark" }, mark),
  h("span", { class: "row-name" }, name),
  unread > 0 && badge(unread));
}

function badge(unread) {
  return h("span", { class: "badge" }, unread > 99 ? "99+" : String(unread),
    h("span", { class: "visually-hidden" }, " unread"));
}
