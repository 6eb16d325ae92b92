// Follows the live stream of the current person.

import { markRead } from "./navigation.js";
import { emit, on, store, who } from "./store.js";
import { LiveStream } from "./stream.js";
import { loadAll, loadChange, loadState } from "./sync.js";

const BANNER_AFTER = 700; // milliseconds; shorter interruptions are not worth a word

export function followStream(retryButton) {
  const stream = new LiveStream({
    onChange: (change) => loadChange(change).then(markRead),
    onStatus: setConnected,
  });
  stream.follow(who());
  on("person", () => stream.follow(who()));
  retryButton.addEventListener("click", () => stream.retryNow());
}

/** After a loss everything is fetched again: events may have been missed. */
export function setConnected(isConnected) {
  const isBack = isConnected && !store.isConnected;
  store.isConnected = isConnected;
  emit("connection");
  if (isBack && store.state) loadAll();
  else if (isConnected && store.teamId) loadState();
}

export function mountBanner(banner) {
  let timer = null;
  on("connection", () => {
    clearTimeout(timer);
    if (store.isConnected) banner.hidden = true;
    else timer = setTimeout(() => { banner.hidden = false; }, BANNER_AFTER);
  });
}
