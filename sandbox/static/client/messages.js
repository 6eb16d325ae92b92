// Lists messages with day dividers.

import { dayKey, dividerLabel } from "./dates.js";
import { h } from "./dom.js";
import { drawMessage } from "./message.js";
import { Surface } from "./surface.js";

const GROUP_WITHIN = 5 * 60; // seconds

/** Redraws only what changed, so that open inputs keep their focus or text. */
export class MessageList {
  #drawn = new Map(); // key -> {signature, node}
  #surfaces = new Map(); // ts -> Surface

  constructor(root) {
    this.root = root;
  }

  clear() {
    this.#drawn.clear();
    this.#surfaces.clear();
    this.root.replaceChildren();
  }

  /** Shows `messages` (oldest first); `isThread` hides the reply summaries. */
  draw(messages, { channelId, isThread = false }) {
    const fresh = new Map();
    const nodes = entriesFor(messages, { isThread }).map((entry) => {
      const kept = this.#drawn.get(entry.key);
      const drawn = kept?.signature === entry.signature ? kept : this.#drawEntry(entry, channelId);
      fresh.set(entry.key, drawn);
      return drawn.node;
    });
    this.#drawn = fresh;
    arrange(this.root, nodes);
  }

  #drawEntry(entry, channelId) {
    const { signature, message } = entry;
    if (!message) return { signature, node: divider(entry.label) };
    const surface = this.#surfaceOf(message, channelId);
    return { signature, node: drawMessage(message, surface, entry) };
  }

  #surfaceOf(message, channelId) {
    const container = {
      type: "message", channel_id: channelId, message_ts: message.ts,
      is_ephemeral: Boolean(message.is_ephemeral),
    };
    const surface = this.#surfaces.get(message.ts) ?? new Surface(container, channelId);
    this.#surfaces.set(message.ts, surface);
    return surface;
  }
}

/** Dividers and messages in order, each with what its drawing depends on. */
function entriesFor(messages, { isThread }) {
  const entries = [];
  let previous = null;
  for (const message of messages) {
    const day = dayKey(Number(message.ts));
    if (!previous || dayKey(Number(previous.ts)) !== day) {
      const label = dividerLabel(Number(message.ts));
      entries.push({ key: `day-${day}`, signature: label, label });
      previous = null;
    }
    const isFirstReply = isThread && previous?.ts === message.thread_ts;
    const isGrouped = !isFirstReply && continues(previous, message);
    const signature = JSON.stringify([message, isGrouped, isThread]);
    entries.push({ key: message.ts, signature, message, isGrouped, isThread });
    previous = message;
  }
  return entries;
}

function continues(previous, message) {
  if (!previous || previous.subtype || message.subtype || previous.blocks?.length) return false;
  const isSameAuthor = previous.user_id === message.user_id
    && previous.app_id === message.app_id && previous.username === message.username;
  const isSameKind = Boolean(previous.is_ephemeral) === Boolean(message.is_ephemeral);
  const gap = Number(message.ts) - Number(previous.ts);
  return isSameAuthor && isSameKind && !message.is_ephemeral && gap < GROUP_WITHIN;
}

function divider(label) {
  return h("div", { class: "day" }, h("span", {}, label));
}

/** Brings `root` into the order of `nodes` with the fewest moves. */
function arrange(root, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...root.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (root.children[index] !== node) root.insertBefore(node, root.children[index] ?? null);
  });
}
