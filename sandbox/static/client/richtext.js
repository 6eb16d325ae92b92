// Draws rich_text blocks.

import { h } from "./dom.js";
import {
  broadcastMention, channelMention, dateText, link, usergroupMention, userMention,
} from "./links.js";
import { emojiNode } from "./mrkdwn.js";

const STYLE_TAGS = { code: "code", bold: "strong", italic: "em", strike: "s", underline: "u" };

const LEAVES = {
  text: (leaf) => lines(leaf.text ?? ""),
  link: (leaf) => link(leaf.url, leaf.text || leaf.url),
  user: (leaf) => userMention(leaf.user_id),
  usergroup: (leaf) => usergroupMention(leaf.usergroup_id),
  channel: (leaf) => channelMention(leaf.channel_id),
  broadcast: (leaf) => broadcastMention(leaf.range),
  emoji: (leaf) => emojiNode(leaf.name),
  date: ({ timestamp, format = "", url, fallback = "" }) => (
    dateText(String(timestamp), format, url, fallback)),
  color: (leaf) => h("code", {}, leaf.value),
};

const PARTS = {
  rich_text_section: (part) => h("div", { class: "rich-section" }, leaves(part)),
  rich_text_quote: (part) => h("blockquote", {}, leaves(part)),
  rich_text_preformatted: (part) => h("pre", { class: "pre" }, leaves(part)),
  rich_text_list: list,
};

export function richText(block) {
  const parts = (block.elements ?? []).map((part) => PARTS[part.type]?.(part));
  return h("div", { class: "text rich-text" }, parts);
}

function list(part) {
  const tag = part.style === "ordered" ? "ol" : "ul";
  const props = { class: `rich-list indent-${Math.min(part.indent ?? 0, 4)}` };
  if (part.offset) props.start = part.offset + 1;
  return h(tag, props, (part.elements ?? []).map((item) => h("li", {}, leaves(item))));
}

function leaves(part) {
  return (part.elements ?? []).map((leaf) => styled(LEAVES[leaf.type]?.(leaf), leaf.style));
}

function styled(node, style = {}) {
  if (!node) return null;
  const tags = Object.keys(STYLE_TAGS).filter((name) => style[name]);
  return tags.reduce((inner, name) => h(STYLE_TAGS[name], {}, inner), node);
}

function lines(text) {
  const pieces = text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
  return h("span", {}, pieces);
}
