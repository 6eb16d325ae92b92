// Maps the address bar to a place in the client.

/** `/client/T…/C…?user=U…&tab=…&thread=…` as an object. */
export function readRoute() {
  const [, , teamId, placeId] = window.location.pathname.split("/");
  const query = new URLSearchParams(window.location.search);
  return {
    teamId: teamId || null,
    placeId: placeId || null,
    userId: query.get("user"),
    tab: query.get("tab"),
    threadTs: query.get("thread"),
  };
}

/** Puts the place into the address bar, as a new history entry unless it replaces one. */
export function writeRoute({ teamId, placeId, userId, tab, threadTs }, { replace = false } = {}) {
  const query = new URLSearchParams();
  if (userId) query.set("user", userId);
  if (tab) query.set("tab", tab);
  if (threadTs) query.set("thread", threadTs);
  const address = `/client/${teamId}${placeId ? `/${placeId}` : ""}?${query}`;
  const isSame = address === window.location.pathname + window.location.search;
  if (replace || isSame) window.history.replaceState(null, "", address);
  else window.history.pushState(null, "", address);
}
