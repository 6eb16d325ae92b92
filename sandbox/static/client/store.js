// Holds what the current person sees.

/** `session` grows with each change of person: an answer for an older session is dropped. */
export const store = {
  workspaces: [],
  teamId: null,
  userId: null,
  placeId: null, // a channel_id, or an app_id for an app page
  tab: null,
  threadTs: null,
  session: 0,
  state: null,
  histories: new Map(), // channel_id -> messages
  homes: new Map(), // app_id -> published view or null
  isConnected: true,
};

const listeners = new Map();

/** Calls `listener` after each `emit(topic)`; topics: place, state, history, home, connection. */
export function on(topic, listener) {
  listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
}

export function emit(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) listener(detail);
}

/** The pair that every API call carries. */
export function who() {
  return { team_id: store.teamId, user_id: store.userId };
}

export function workspace() {
  return store.workspaces.find((each) => each.team_id === store.teamId);
}

/** The current person as listed in the switch (with role_hint). */
export function currentPerson() {
  return workspace()?.people.find((each) => each.user_id === store.userId);
}

export function userById(userId) {
  return store.state?.users.find((each) => each.user_id === userId);
}

export function channelById(channelId) {
  return store.state?.channels.find((each) => each.channel_id === channelId);
}

export function appById(appId) {
  return store.state?.apps.find((each) => each.app_id === appId);
}

export function currentApp() {
  return appById(store.placeId);
}

/** The channel whose messages are on screen: a channel, a DM or an app's Messages tab. */
export function currentChannelId() {
  const app = currentApp();
  if (!app) return channelById(store.placeId)?.channel_id ?? null;
  return store.tab === "messages" ? app.im_channel_id : null;
}

export function displayName(userId) {
  const user = userById(userId);
  return user?.real_name || user?.name || user?.handle || userId;
}

export function channelName(channel) {
  return channel.kind === "im" ? displayName(channel.user_id) : channel.name;
}

export function totalUnread() {
  return (store.state?.channels ?? []).reduce((sum, each) => sum + (each.unread || 0), 0);
}

/** The IANA time zone of the current person, if Slack knows it and the browser does too. */
export function timeZone() {
  const zone = store.state?.me?.tz;
  return zone && isKnownZone(zone) ? zone : undefined;
}

function isKnownZone(zone) {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
  } catch {
    return false;
  }
}
