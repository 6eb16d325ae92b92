// Turns Slack's mrkdwn into DOM nodes.

import { h } from "./dom.js";
import { emojiFor } from "./emoji.js";
import {
  broadcastMention, channelMention, dateText, isSafeUrl, link, usergroupMention, userMention,
} from "./links.js";

const STYLES = { "*": "strong", _: "em", "~": "s" };
const FENCED = /```\n?([\s\S]+?)```/;
const BARE_URL = /^https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)'"*_~]/;
const EMOJI_NAME = /^:([a-z0-9_+'-]+):(?::skin-tone-[2-6]:)?/;
const LIST_LINE = /^(\s*)([•◦▪‣-]|\d{1,3}[.)])\s+(.*)$/u;
const QUOTE_LINE = /^(?:>|&gt;)\s?(.*)$/;

/** Slack's three entities decoded; any other entity stays as it is. */
export function decodeEntities(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Block-level nodes: preformatted text, quotes, list lines or paragraphs. */
export function mrkdwn(text) {
  const fragment = document.createDocumentFragment();
  text.split(FENCED).forEach((piece, index) => {
    const isFenced = index % 2 === 1; // split() puts what FENCED captured between the rest
    fragment.append(...(isFenced ? [preformatted(piece)] : paragraphs(piece)));
  });
  return fragment;
}

function preformatted(text) {
  const plain = decodeEntities(text.replace(/\n$/, "")).replace(/<([^<>|\s]+)\|([^<>]+)>/g, "$2");
  return h("pre", { class: "pre" }, plain);
}

function paragraphs(text) {
  const nodes = [];
  for (const run of runs(text.replace(/^\n|\n$/g, "").split("\n"))) {
    if (run.kind === "quote") nodes.push(h("blockquote", {}, inlineLines(run.lines)));
    else if (run.kind === "list") nodes.push(...run.lines.map(listLine));
    else if (run.lines.join("")) nodes.push(h("p", {}, inlineLines(run.lines)));
  }
  return nodes;
}

/** Neighbouring lines of the same kind, e.g. `{kind: "quote", lines: [...]}`. */
function runs(lines) {
  const found = [];
  for (const [index, line] of lines.entries()) {
    if (/^(>>>|&gt;&gt;&gt;)/.test(line)) {
      const first = line.replace(/^(>>>|&gt;&gt;&gt;)\s?/, "");
      return [...found, { kind: "quote", lines: [first, ...lines.slice(index + 1)] }];
    }
    const [kind, content] = classify(line);
    if (found.at(-1)?.kind === kind) found.at(-1).lines.push(content);
    else found.push({ kind, lines: [content] });
  }
  return found;
}

function classify(line) {
  const quote = QUOTE_LINE.exec(line);
  if (quote) return ["quote", quote[1]];
  return [LIST_LINE.test(line) ? "list" : "text", line];
}

function listLine(line) {
  const [, indent, marker, rest] = LIST_LINE.exec(line);
  const item = h("div", { class: "line-item" }, h("span", { class: "marker" }, marker));
  item.append(h("span", {}, inline(rest)));
  if (indent.length >= 2) item.classList.add("line-item-deep");
  return item;
}

function inlineLines(lines) {
  return lines.flatMap((line, index) => (index ? [h("br"), inline(line)] : [inline(line)]));
}

/** One line of mrkdwn as nodes. */
export function inline(text) {
  const fragment = document.createDocumentFragment();
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const found = tokenAt(text, at);
    if (found) {
      fragment.append(decodeEntities(plain), found.node);
      plain = "";
      at += found.length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  fragment.append(decodeEntities(plain));
  fragment.normalize();
  return fragment;
}

/** The node that starts at `at` with its source length, or null for a plain character. */
function tokenAt(text, at) {
  switch (text[at]) {
    case "<": return entityToken(text, at);
    case "`": return codeToken(text, at);
    case ":": return emojiToken(text, at);
    case "h": return bareUrlToken(text, at);
    case "*": case "_": case "~": return styleToken(text, at);
    default: return null;
  }
}

function entityToken(text, at) {
  const end = text.indexOf(">", at);
  const body = end < 0 ? "" : text.slice(at + 1, end);
  if (!body || body.includes("<")) return null;
  const node = entity(body);
  return node && { node, length: end + 1 - at };
}

function entity(body) {
  const [target, ...rest] = body.split("|");
  const label = rest.length ? decodeEntities(rest.join("|")) : "";
  if (target.startsWith("@")) return userMention(target.slice(1), label);
  if (target.startsWith("#")) return channelMention(target.slice(1), label);
  if (target.startsWith("!")) return special(target.slice(1), label);
  const url = decodeEntities(target);
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) return null;
  if (!isSafeUrl(url)) return h("span", {}, label || url);
  return link(url, rest.length ? inline(rest.join("|")) : url.replace(/^mailto:/, ""));
}

function special(command, label) {
  const [name, ...parts] = command.split("^");
  if (["here", "channel", "everyone"].includes(name)) return broadcastMention(name);
  if (name === "subteam") return usergroupMention(parts[0], label);
  if (name === "date") {
    const [epoch, template = "", url] = parts;
    return dateText(epoch, decodeEntities(template), url && decodeEntities(url), label);
  }
  return h("span", {}, label || `<${command}>`);
}

function codeToken(text, at) {
  const end = text.indexOf("`", at + 1);
  if (end <= at + 1) return null;
  const code = h("code", {}, decodeEntities(text.slice(at + 1, end)));
  return { node: code, length: end + 1 - at };
}

function emojiToken(text, at) {
  const found = EMOJI_NAME.exec(text.slice(at, at + 60));
  const character = found && emojiFor(found[1]);
  return character ? { node: emojiNode(found[1], character), length: found[0].length } : null;
}

export function emojiNode(name, character = emojiFor(name)) {
  if (!character) return document.createTextNode(`:${name}:`);
  const label = name.replaceAll("_", " ");
  const props = { class: "emoji", role: "img", "aria-label": label, title: `:${name}:` };
  return h("span", props, character);
}

function bareUrlToken(text, at) {
  if (isWordCharacter(text[at - 1])) return null;
  const found = BARE_URL.exec(text.slice(at));
  return found && { node: link(decodeEntities(found[0]), decodeEntities(found[0])),
    length: found[0].length };
}

/** `*bold*`: opened after a boundary, closed before one, never across a line. */
function styleToken(text, at) {
  const mark = text[at];
  const opens = !isWordCharacter(text[at - 1]) && text[at + 1] && !/\s/.test(text[at + 1]);
  const end = opens ? closingMark(text, at, mark) : -1;
  if (end < 0) return null;
  return { node: h(STYLES[mark], {}, inline(text.slice(at + 1, end))), length: end + 1 - at };
}

function closingMark(text, at, mark) {
  for (let index = at + 1; index < text.length; index += 1) {
    const skipped = skip(text, index);
    if (skipped) index = skipped;
    else if (text[index] === mark && closes(text, index, at)) return index;
  }
  return -1;
}

/** The end of the code or entity that starts at `index`: marks inside do not count. */
function skip(text, index) {
  const closer = { "`": "`", "<": ">" }[text[index]];
  const end = closer ? text.indexOf(closer, index + 1) : -1;
  return end > 0 ? end : 0;
}

function closes(text, index, at) {
  return index > at + 1 && !/\s/.test(text[index - 1]) && !isWordCharacter(text[index + 1]);
}

function isWordCharacter(character) {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}
