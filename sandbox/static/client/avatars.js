// Draws avatars from initials in the person's colour.

import { h } from "./dom.js";

/** A circle for a person, a rounded square for a bot or an app; decorative. */
export function avatar({ name = "?", color, isBot = false, size = "medium" }) {
  const shape = isBot ? "avatar-bot" : "avatar-person";
  const props = { class: `avatar ${shape} avatar-${size}`, "aria-hidden": "true" };
  const node = h("span", props, initials(name));
  if (color) node.style.setProperty("--avatar", color.startsWith("#") ? color : `#${color}`);
  return node;
}

export function userAvatar(user, size) {
  const name = user?.real_name || user?.name || user?.handle || "?";
  return avatar({ name, color: user?.color, isBot: Boolean(user?.is_bot), size });
}

export function appAvatar(app, size) {
  return avatar({ name: app.name, color: app.color, isBot: true, size });
}

function initials(name) {
  const words = name.split(/[\s_-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0].toUpperCase()).join("");
}
