// Calls the sandbox server's JSON API.

const BASE = "/client/api";

async function request(path, options) {
  const response = await fetch(`${BASE}/${path}`, options);
  if (!response.ok) return { ok: false, error: await errorOf(response) };
  return response.json();
}

async function errorOf(response) {
  try {
    return (await response.json()).error ?? `http_${response.status}`;
  } catch {
    return `http_${response.status}`;
  }
}

function get(path, params = {}) {
  return request(`${path}?${new URLSearchParams(params)}`, { cache: "no-store" });
}

/** POSTs JSON; a lost connection becomes `{ok: false, error: "connection_lost"}`. */
async function post(path, body) {
  const options = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  try {
    return await request(path, options);
  } catch {
    return { ok: false, error: "connection_lost" };
  }
}

export const api = {
  boot: () => get("boot"),
  state: (who) => get("state", who),
  history: (who, channelId) => get("history", { ...who, channel_id: channelId }),
  home: (who, appId, opened) =>
    get("home", { ...who, app_id: appId, ...(opened ? { opened: 1 } : {}) }),
  sendMessage: (who, message) => post("message", { ...who, ...message }),
  runCommand: (who, command) => post("command", { ...who, ...command }),
  sendAction: (who, action) => post("action", { ...who, ...action }),
  loadOptions: (who, query) => post("options", { ...who, ...query }),
  submitView: (who, submission) => post("submit", { ...who, ...submission }),
  closeView: (who, viewId, all) => post("close", { ...who, view_id: viewId, all }),
  runShortcut: (who, callbackId) => post("shortcut", { ...who, callback_id: callbackId }),
  markRead: (who, channelId) => post("read", { ...who, channel_id: channelId }),
  joinChannel: (who, channelId) => post("join", { ...who, channel_id: channelId }),
  uninstall: (who, appId) => post("uninstall", { ...who, app_id: appId }),
};

/** The address of the live event stream of one person. */
export function streamUrl(who) {
  return `${BASE}/stream?${new URLSearchParams(who)}`;
}
