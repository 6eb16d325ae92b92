// Draws images with their alternative text.

import { h } from "./dom.js";
import { isSafeUrl } from "./links.js";

/** An image; when it cannot be loaded its alt_text takes its place. */
export function image({ image_url: url, alt_text: altText = "" }, className) {
  const source = url && isSafeUrl(url) ? url : null;
  if (!source) return missing(altText, className);
  const node = h("img", { src: source, alt: altText, class: className, loading: "lazy" });
  node.addEventListener("error", () => node.replaceWith(missing(altText, className)));
  return node;
}

function missing(altText, className) {
  const label = altText || "Image";
  const props = { class: `image-missing ${className}`, role: "img", "aria-label": label };
  return h("span", { ...props, title: label }, h("span", {}, label));
}
