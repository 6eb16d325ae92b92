// Remembers what a person typed or chose in one message, Home or modal.

/**
 * Values outlive redraws: an element with the same block_id, action_id and type keeps what
 * the person entered, as in Slack. An untouched element takes the new initial value.
 */
export class FormValues {
  #entries = new Map();
  #drawn = new Set();

  /** Starts a redraw; elements that do not `claim` their place are left out of `values()`. */
  beginDraw() {
    this.#drawn.clear();
  }

  /** The value to show: the person's own, else `initial` (shaped like a view.state value). */
  claim(blockId, actionId, initial) {
    const key = keyOf(blockId, actionId);
    const kept = this.#entries.get(key);
    this.#drawn.add(key);
    if (kept?.isTouched && kept.value.type === initial.type) return kept.value;
    this.#entries.set(key, { blockId, actionId, value: initial, isTouched: false });
    return initial;
  }

  set(blockId, actionId, value) {
    const entry = { blockId, actionId, value, isTouched: true };
    this.#entries.set(keyOf(blockId, actionId), entry);
  }

  /** Slack's `state.values`: `{block_id: {action_id: {type, …}}}`. */
  values() {
    const values = {};
    for (const key of this.#drawn) {
      const { blockId, actionId, value } = this.#entries.get(key);
      values[blockId] = { ...values[blockId], [actionId]: value };
    }
    return values;
  }
}

function keyOf(blockId, actionId) {
  return JSON.stringify([blockId, actionId]);
}
