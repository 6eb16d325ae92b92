// Shows an app's Home or About tab.

import { api } from "./api.js";
import { appAvatar } from "./avatars.js";
import { drawBlocks } from "./blocks.js";
import { confirmed } from "./confirm.js";
import { h } from "./dom.js";
import { openApp } from "./navigation.js";
import { currentApp, currentPerson, on, store, who } from "./store.js";
import { Surface } from "./surface.js";
import { loadState } from "./sync.js";

export function mountAppPage(root) {
  const page = new AppPage(root);
  for (const topic of ["place", "state", "home"]) on(topic, () => page.draw());
}

class AppPage {
  #shown = "";
  #surfaces = new Map(); // "session app_id" -> Surface

  constructor(root) {
    this.root = root;
  }

  draw() {
    const app = currentApp();
    const isHere = Boolean(app) && ["home", "about"].includes(store.tab);
    this.root.hidden = !isHere;
    const signature = isHere ? this.#signature(app) : "";
    if (signature === this.#shown) return;
    this.#shown = signature;
    if (isHere) this.root.replaceChildren(...this.#content(app));
  }

  #signature(app) {
    const home = store.homes.get(app.app_id);
    const isLoaded = store.homes.has(app.app_id);
    return JSON.stringify([store.session, store.tab, app, isLoaded, home]);
  }

  #content(app) {
    return store.tab === "home" ? this.#home(app) : about(app);
  }

  #home(app) {
    if (!store.homes.has(app.app_id)) return [h("p", { class: "home-loading" }, "Loading…")];
    const view = store.homes.get(app.app_id);
    if (!view) return [emptyHome(app)];
    return [h("div", { class: "home", data: { testid: "home" } },
      drawBlocks(view.blocks ?? [], this.#surfaceOf(app, view)))];
  }

  #surfaceOf(app, view) {
    const key = `${store.session} ${app.app_id}`;
    const surface = this.#surfaces.get(key) ?? new Surface({ type: "view", view_id: view.id });
    surface.container.view_id = view.id;
    this.#surfaces.set(key, surface);
    return surface;
  }
}

function emptyHome(app) {
  return h("div", { class: "empty" }, appAvatar(app, "huge"),
    h("h2", {}, `${app.name} has no Home yet`),
    h("p", {}, "The app fills this page when it has something to show you."));
}

function about(app) {
  const commands = (store.state.commands ?? []).filter((each) => each.app_id === app.app_id);
  return [h("div", { class: "about" },
    h("div", { class: "about-head" }, appAvatar(app, "huge"),
      h("div", {}, h("h2", {}, app.name), h("p", {}, app.description || "No description."))),
    commands.length > 0 && commandList(commands),
    currentPerson()?.is_admin && removal(app))];
}

function commandList(commands) {
  const rows = commands.map((each) => h("li", {},
    h("strong", {}, each.command), " ",
    each.usage_hint && h("code", { class: "usage" }, each.usage_hint),
    h("p", {}, each.description)));
  return h("section", {}, h("h3", {}, "Commands"), h("ul", { class: "command-list" }, rows));
}

function removal(app) {
  return h("section", { class: "removal" },
    h("h3", {}, "Remove from this workspace"),
    h("p", {}, "The app loses its access at once. Its messages stay where they are."),
    h("button", { class: "button button-danger", type: "button", data: { testid: "uninstall" },
      on: { click: (event) => remove(app, event.currentTarget) } }, "Remove app"));
}

async function remove(app, button) {
  const question = {
    title: `Remove ${app.name}?`, text: "Everyone in this workspace loses the app.",
    confirm: "Remove", deny: "Keep", style: "danger",
  };
  if (!(await confirmed(question, button))) return;
  await api.uninstall(who(), app.app_id);
  await loadState();
}

/** The tabs above an app page; empty for any other place. */
export function drawTabs(app) {
  const tabs = [
    app.home_tab_enabled && ["home", "Home"],
    app.messages_tab_enabled && ["messages", "Messages"],
    ["about", "About"],
  ].filter(Boolean);
  return tabs.map(([tab, name]) => h("button", {
    class: "tab", type: "button", role: "tab", "aria-selected": String(store.tab === tab),
    data: { tab, key: tab }, on: { click: () => openApp(app.app_id, tab) },
  }, name));
}
