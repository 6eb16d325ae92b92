// Fetches what changed on the server.

import { api } from "./api.js";
import { currentApp, currentChannelId, emit, store, who } from "./store.js";

/** Fetches the person's state; `state` is emitted when it is here. */
export const loadState = coalesced(async () => {
  const state = await forThisSession(api.state(who()));
  if (!state?.channels) return;
  store.state = state;
  emit("state");
});

export async function loadHistory(channelId) {
  const answer = await forThisSession(api.history(who(), channelId));
  if (!answer?.messages) return;
  store.histories.set(channelId, answer.messages);
  emit("history", channelId);
}

/** Fetches an app's Home; `opened` tells the app that its Home was opened. */
export async function loadHome(appId, { opened = false } = {}) {
  const answer = await forThisSession(api.home(who(), appId, opened));
  if (!answer || answer.ok === false) return;
  store.homes.set(appId, answer.view);
  emit("home", appId);
}

/** Fetches everything that is on screen. */
export async function loadAll() {
  await loadState();
  const channelId = currentChannelId();
  if (channelId) await loadHistory(channelId);
  const app = currentApp();
  if (app && store.tab === "home") await loadHome(app.app_id, { opened: false });
}

/** Fetches what one stream event says has changed. */
export async function loadChange(change) {
  await loadState();
  const shown = currentChannelId();
  for (const channelId of change.channels ?? []) {
    if (channelId === shown || store.histories.has(channelId)) await loadHistory(channelId);
  }
  const app = currentApp();
  if (change.home && app) await loadHome(app.app_id);
}

/** The answer, or undefined when the person has changed meanwhile or the server is gone. */
async function forThisSession(promise) {
  const session = store.session;
  try {
    const answer = await promise;
    return session === store.session ? answer : undefined;
  } catch {
    return undefined;
  }
}

/** Runs `load` at most once at a time; a call during a run causes exactly one more run. */
function coalesced(load) {
  let running = null;
  let next = null;
  return function run() {
    if (!running) {
      running = load().finally(() => { running = null; });
      return running;
    }
    next ??= running.then(() => { next = null; return run(); });
    return next;
  };
}
