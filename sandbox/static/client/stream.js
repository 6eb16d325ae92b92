// Keeps the live event stream open.

import { streamUrl } from "./api.js";

const FIRST_DELAY = 500; // milliseconds
const LONGEST_DELAY = 10_000; // milliseconds

/** One stream at a time; `onStatus(isConnected)` is told about each loss or recovery. */
export class LiveStream {
  #source = null;
  #timer = null;
  #delay = FIRST_DELAY;
  #who = null;

  constructor({ onChange, onStatus }) {
    this.onChange = onChange;
    this.onStatus = onStatus;
  }

  /** Follows `who` from now on, whoever was followed before. */
  follow(who) {
    this.#who = who;
    this.retryNow();
  }

  retryNow() {
    this.#stop();
    this.#delay = FIRST_DELAY;
    this.#open();
  }

  #open() {
    this.#source = new EventSource(streamUrl(this.#who));
    this.#source.onopen = () => this.#recovered();
    this.#source.onmessage = (event) => this.onChange(JSON.parse(event.data));
    this.#source.onerror = () => this.#lost();
  }

  #recovered() {
    this.#delay = FIRST_DELAY;
    this.onStatus(true);
  }

  #lost() {
    this.#stop();
    this.onStatus(false);
    this.#timer = setTimeout(() => this.#open(), this.#delay);
    this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }
}
