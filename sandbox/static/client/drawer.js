// Opens the sidebar as a drawer on narrow screens.

import { on } from "./store.js";

export function mountDrawer({ toggle, scrim, drawer }) {
  const setOpen = (isOpen) => {
    document.body.classList.toggle("has-drawer", isOpen);
    toggle.setAttribute("aria-expanded", String(isOpen));
    scrim.hidden = !isOpen;
  };
  const isOpen = () => document.body.classList.contains("has-drawer");
  toggle.addEventListener("click", () => {
    setOpen(!isOpen());
    if (isOpen()) drawer.querySelector("button")?.focus();
  });
  scrim.addEventListener("click", () => setOpen(false));
  drawer.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    setOpen(false);
    toggle.focus();
  });
  on("place", () => setOpen(false));
}
