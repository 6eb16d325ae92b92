// Moves the client to a person, place or thread.

import { api } from "./api.js";
import { readRoute, writeRoute } from "./route.js";
import {
  appById, channelById, currentApp, currentChannelId, emit, store, who, workspace,
} from "./store.js";
import { loadHistory, loadHome, loadState } from "./sync.js";

const FIRST_CHANNELS = ["campaign-approvals", "general"];

/** Becomes another person; the place stays when that person can see it. */
export async function becomePerson(userId, { teamId = store.teamId, keep = {} } = {}) {
  const isSameTeam = teamId === store.teamId;
  Object.assign(store, {
    teamId, userId, state: null, session: store.session + 1,
    placeId: keep.placeId ?? (isSameTeam ? store.placeId : null),
    tab: keep.tab ?? (isSameTeam ? store.tab : null),
    threadTs: keep.threadTs ?? null,
  });
  store.histories.clear();
  store.homes.clear();
  emit("person");
  await loadState();
  await open(visiblePlace(), { replace: Boolean(keep.replace) });
}

/** Switches to another workspace as its default person. */
export function openWorkspace(teamId) {
  const next = store.workspaces.find((each) => each.team_id === teamId);
  const userId = next.default_user_id ?? next.people[0].user_id;
  return becomePerson(userId, { teamId });
}

export function openChannel(channelId) {
  return open({ placeId: channelId, tab: null, threadTs: null });
}

/** Opens an app page on `tab`, by default the one with something new to see. */
export function openApp(appId, tab = null) {
  return open({ placeId: appId, tab: tab ?? bestTab(appById(appId)), threadTs: null });
}

export function openThread(threadTs) {
  return open({ placeId: store.placeId, tab: store.tab, threadTs });
}

/** Follows the browser's back and forward buttons. */
export async function followAddress() {
  const route = readRoute();
  const isSamePerson = route.userId === store.userId && route.teamId === store.teamId;
  if (isSamePerson) await open(route, { replace: true });
  else {
    const keep = { ...route, replace: true };
    await becomePerson(route.userId, { teamId: route.teamId, keep });
  }
}

/** Leaves a place that is no longer there, e.g. the page of a removed app. */
export function leaveLostPlace() {
  const isHere = appById(store.placeId) || channelById(store.placeId);
  if (store.placeId && !isHere) open(visiblePlace(), { replace: true });
}

/** Tells the server that what is on screen was read. */
export async function markRead() {
  const channelId = currentChannelId();
  if (!channelId || document.hidden || !channelById(channelId)?.unread) return;
  await api.markRead(who(), channelId);
}

async function open({ placeId, tab, threadTs }, { replace = false } = {}) {
  Object.assign(store, { placeId, tab, threadTs });
  writeRoute(store, { replace });
  emit("place");
  const app = currentApp();
  const channelId = currentChannelId();
  if (app && tab === "home") await loadHome(app.app_id, { opened: true });
  if (channelId) await loadHistory(channelId);
  await markRead();
}

function visiblePlace() {
  const { placeId, tab, threadTs } = store;
  if (appById(placeId)) return { placeId, tab: tab ?? bestTab(appById(placeId)), threadTs };
  if (channelById(placeId)) return { placeId, tab: null, threadTs };
  return { placeId: firstChannel()?.channel_id ?? null, tab: null, threadTs: null };
}

function firstChannel() {
  const channels = store.state?.channels ?? [];
  const preferred = channels.filter((each) => FIRST_CHANNELS.includes(each.name));
  preferred.sort((a, b) => FIRST_CHANNELS.indexOf(a.name) - FIRST_CHANNELS.indexOf(b.name));
  return preferred[0] ?? channels[0];
}

function bestTab(app) {
  const hasNews = channelById(app.im_channel_id)?.unread > 0;
  if (app.home_tab_enabled && !(hasNews && app.messages_tab_enabled)) return "home";
  return app.messages_tab_enabled ? "messages" : "about";
}

/** The first person and place, from the address bar as far as they exist. */
export async function openFirst() {
  const route = readRoute();
  const known = store.workspaces.find((each) => each.team_id === route.teamId);
  store.teamId = (known ?? store.workspaces[0]).team_id;
  const people = workspace().people.map((person) => person.user_id);
  const userId = people.includes(route.userId) ? route.userId : workspace().default_user_id;
  await becomePerson(userId ?? people[0], { keep: { ...route, replace: true } });
}
