// Starts the client.

import { mountAppPage } from "./apppage.js";
import { api } from "./api.js";
import { followStream, mountBanner, setConnected } from "./connection.js";
import { mountConversation } from "./conversation.js";
import { mountDrawer } from "./drawer.js";
import { mountFooter } from "./footer.js";
import { mountHeader } from "./header.js";
import { mountModal } from "./modal.js";
import {
  followAddress, leaveLostPlace, markRead, openChannel, openFirst,
} from "./navigation.js";
import { mountPersonSwitch } from "./people.js";
import { mountSidebar } from "./sidebar.js";
import { on, store } from "./store.js";
import { mountThread } from "./thread.js";
import { mountToasts } from "./toast.js";

const BOOT_AGAIN = 2000; // milliseconds

const byId = (id) => document.getElementById(id);

mountPersonSwitch(byId("person-switch"));
mountSidebar({ sidebar: byId("sidebar-list"), rail: byId("rail") });
mountHeader({ heading: byId("place-heading"), tabs: byId("tabs") });
mountDrawer({ toggle: byId("drawer-toggle"), scrim: byId("scrim"), drawer: byId("drawer") });
mountConversation({
  viewport: byId("viewport"), list: byId("messages"), empty: byId("empty"),
  pill: byId("news-pill"), announcer: byId("announcer"),
});
mountAppPage(byId("app-page"));
mountThread(byId("thread"));
mountModal({ layer: byId("modal-layer"), page: byId("page") });
mountToasts(byId("toasts"));
mountFooter({ root: byId("composer-place"), conversation: byId("conversation") });
mountBanner(byId("banner"));
document.addEventListener("click", followInside);
start();

/** Asks again until the server is there. */
async function start() {
  const answer = await api.boot().catch(() => null);
  if (!answer?.workspaces?.length) {
    setConnected(false);
    setTimeout(start, BOOT_AGAIN);
    return;
  }
  store.workspaces = answer.workspaces;
  await openFirst();
  on("state", leaveLostPlace);
  window.addEventListener("popstate", followAddress);
  document.addEventListener("visibilitychange", markRead);
  followStream(byId("retry"));
}

/** Mentions and addresses of channels open inside the client, as the same person. */
function followInside(event) {
  const inside = event.target.closest("[data-go]");
  if (!inside || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  openChannel(inside.dataset.go);
}
