// Keeps a message list at its end while the reader is there.

const NEAR_END = 60; // pixels

/** Sticks `viewport` to the end; `pill` offers the way back when there is something new. */
export class StickyScroll {
  #isAtEnd = true;

  constructor(viewport, pill = null) {
    this.viewport = viewport;
    this.pill = pill;
    viewport.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    pill?.addEventListener("click", () => this.toEnd());
    new ResizeObserver(() => this.#isAtEnd && this.toEnd()).observe(viewport);
    new ResizeObserver(() => this.#isAtEnd && this.toEnd()).observe(viewport.firstElementChild);
  }

  toEnd() {
    this.#isAtEnd = true;
    this.viewport.scrollTop = this.viewport.scrollHeight;
    this.#offer(false);
  }

  /** Call after a redraw; `hasNews` offers the pill when the reader is further up. */
  afterDraw({ hasNews = false } = {}) {
    if (this.#isAtEnd) this.toEnd();
    else if (hasNews) this.#offer(true);
  }

  #onScroll() {
    const { scrollTop, scrollHeight, clientHeight } = this.viewport;
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (this.#isAtEnd) this.#offer(false);
  }

  #offer(isOffered) {
    if (this.pill) this.pill.hidden = !isOffered;
  }
}
