// Draws lists of Block Kit blocks.

import { h, uniqueId } from "./dom.js";
import { drawElement, ElementContext, unknown } from "./elements.js";
import { image } from "./images.js";
import { link } from "./links.js";
import { richText } from "./richtext.js";
import { plainText, textNode } from "./text.js";

const BLOCKS = {
  header: (block) => h("h3", { class: "block-header" }, plainText(block.text)),
  divider: () => h("hr", { class: "block-divider" }),
  section,
  context,
  actions,
  image: imageBlock,
  input: inputBlock,
  rich_text: richText,
  video,
  file: (block) => h("p", { class: "attachment" }, `File ${block.external_id ?? ""}`),
  table,
};

/** Draws `blocks` in the order given; `surface` receives their interactions. */
export function drawBlocks(blocks, surface) {
  surface.beginDraw();
  return blocks.map((block, index) => drawBlock(block, surface, index));
}

function drawBlock(block, surface, index) {
  const blockId = block.block_id ?? `block-${index}`;
  const draw = BLOCKS[block.type];
  const content = draw ? draw(block, surface, blockId) : unknown(`block “${block.type}”`);
  const props = { class: `block block-of-${block.type}`, data: { block: blockId } };
  const node = h("div", props, content);
  if (block.type === "input") surface.inputs.set(blockId, node);
  return node;
}

function section(block, surface, blockId) {
  const ctx = new ElementContext(surface, blockId);
  const words = h("div", { class: "section-words" },
    block.text && textNode(block.text),
    block.fields?.length && fields(block.fields));
  const accessory = block.accessory
    && h("div", { class: "accessory" }, drawElement(block.accessory, ctx));
  const kind = block.accessory?.type ?? "plain";
  return h("div", { class: `section section-${kind}` }, words, accessory);
}

function fields(list) {
  return h("div", { class: "fields" }, list.map((field) => textNode(field, "text section-field")));
}

function context(block) {
  const items = (block.elements ?? []).map((element) => (
    element.type === "image" ? image(element, "image-context") : textNode(element, "text")));
  return h("div", { class: "context" }, items);
}

function actions(block, surface, blockId) {
  const ctx = new ElementContext(surface, blockId);
  return h("div", { class: "actions" }, block.elements.map((each) => drawElement(each, ctx)));
}

function imageBlock(block) {
  return h("figure", { class: "figure" },
    block.title && h("figcaption", {}, plainText(block.title)),
    image(block, "image-block"));
}

function video(block) {
  const picture = { image_url: block.thumbnail_url, alt_text: block.alt_text };
  return h("figure", { class: "figure" },
    h("figcaption", {}, link(block.title_url ?? block.video_url, plainText(block.title))),
    block.thumbnail_url && image(picture, "image-block"));
}

function table(block) {
  const cell = (content) => h("td", {},
    content.type === "rich_text" ? richText(content) : plainText(content.text ?? ""));
  const rows = (block.rows ?? []).map((row) => h("tr", {}, row.map(cell)));
  return h("div", { class: "table-scroll" }, h("table", { class: "table" }, h("tbody", {}, rows)));
}

/** A labelled input with hint; its error text appears in `.field-error`. */
function inputBlock(block, surface, blockId) {
  const ids = { control: uniqueId("input"), label: uniqueId("label"), hint: uniqueId("hint") };
  const field = {
    dispatches: Boolean(block.dispatch_action),
    attributes: { id: ids.control, "aria-labelledby": ids.label,
      "aria-describedby": ids.hint, "aria-required": block.optional ? null : "true" },
  };
  const control = drawElement(block.element, new ElementContext(surface, blockId, field));
  return h("div", { class: "field" },
    h("label", { class: "field-label", for: ids.control, id: ids.label }, plainText(block.label),
      block.optional && h("span", { class: "optional" }, " (optional)")),
    control,
    h("div", { id: ids.hint },
      h("p", { class: "field-error" }),
      block.hint && h("p", { class: "field-hint" }, plainText(block.hint))));
}

/** Shows `text` under the input block, or clears it; true when there is such a block. */
export function showFieldError(surface, blockId, text) {
  const block = surface.inputs.get(blockId);
  if (!block) return false;
  block.classList.toggle("has-error", Boolean(text));
  block.querySelector(".field-error").textContent = text;
  for (const node of block.querySelectorAll("[data-action-id]")) {
    if (text) node.setAttribute("aria-invalid", "true");
    else node.removeAttribute("aria-invalid");
  }
  return true;
}
