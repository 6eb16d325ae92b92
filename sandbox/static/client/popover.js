// Shows one floating panel next to its anchor.

import { h } from "./dom.js";

const GAP = 6; // pixels
const MARGIN = 8; // pixels

let opened = null;

/** Opens `content` at `anchor`; any other popover closes. Returns `{close, place}`. */
export function openPopover(anchor, content, { className = "", onClose, align = "start" } = {}) {
  opened?.close();
  const panel = h("div", { class: `popover ${className}` }, content);
  (anchor.closest(".layer") ?? document.body).append(panel);
  const popover = new Popover(anchor, panel, { onClose, align });
  opened = popover;
  popover.place();
  return popover;
}

class Popover {
  #anchor;
  #panel;
  #onClose;
  #align;
  #watch = new AbortController();

  constructor(anchor, panel, { onClose, align }) {
    this.#anchor = anchor;
    this.#panel = panel;
    this.#onClose = onClose;
    this.#align = align;
    const { signal } = this.#watch;
    const options = { signal, capture: true };
    document.addEventListener("pointerdown", (event) => this.#onPointer(event), options);
    window.addEventListener("resize", () => this.place(), options);
    window.addEventListener("scroll", (event) => this.#onScroll(event), options);
    panel.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    anchor.setAttribute("aria-expanded", "true");
  }

  /** Below the anchor, or above it when there is more room. */
  place() {
    const box = this.#anchor.getBoundingClientRect();
    const panel = this.#panel;
    panel.style.minWidth = `${Math.min(box.width, window.innerWidth - 2 * MARGIN)}px`;
    const { width, height } = panel.getBoundingClientRect();
    const below = window.innerHeight - box.bottom;
    const isAbove = below < height + GAP + MARGIN && box.top > below;
    const top = isAbove ? box.top - height - GAP : box.bottom + GAP;
    const left = this.#align === "end" ? box.right - width : box.left;
    panel.style.top = `${clamp(top, window.innerHeight - height - MARGIN)}px`;
    panel.style.left = `${clamp(left, window.innerWidth - width - MARGIN)}px`;
  }

  close({ returnFocus = false } = {}) {
    if (opened !== this) return;
    opened = null;
    this.#watch.abort();
    this.#panel.remove();
    this.#anchor.setAttribute("aria-expanded", "false");
    if (returnFocus && this.#anchor.isConnected) this.#anchor.focus();
    this.#onClose?.();
  }

  #onPointer(event) {
    if (this.#panel.contains(event.target) || this.#anchor.contains(event.target)) return;
    this.close();
  }

  #onScroll(event) {
    if (!this.#panel.contains(event.target)) this.place();
  }

  #onKey(event) {
    if (event.key !== "Escape" && event.key !== "Tab") return;
    event.stopPropagation();
    if (event.key === "Escape") event.preventDefault();
    this.close({ returnFocus: true });
  }
}

function clamp(value, most) {
  return Math.max(MARGIN, Math.min(value, most));
}
