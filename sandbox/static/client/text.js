// Draws Block Kit text objects.

import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { decodeEntities, mrkdwn } from "./mrkdwn.js";

/** The characters a person reads in a plain_text object (or in a bare string). */
export function plainText(object) {
  if (!object) return "";
  const text = decodeEntities(typeof object === "string" ? object : object.text ?? "");
  return object.emoji === false ? text : withEmoji(text);
}

/** A text object of either type as one node. */
export function textNode(object, className = "text") {
  if (object?.type === "mrkdwn") return h("div", { class: className }, mrkdwn(object.text ?? ""));
  return h("div", { class: `${className} text-plain` }, plainText(object));
}
