// Draws the small line icons of the interface.

import { svg } from "./dom.js";

const PATHS = {
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6L6 18",
  back: "M15 5l-7 7 7 7",
  chevron: "M6 9l6 6 6-6",
  send: "M4 12l16-8-6 16-3-6.5z",
  thread: "M5 5h14v10h-7l-4 4v-4H5z",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6z",
  warning: "M12 4l9 16H3zM12 10v4.5M12 17v.5",
  check: "M5 12.5l4.5 4.5L19 7.5",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  bolt: "M13 3L5 14h6l-1 7 8-11h-6z",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"
    + "M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  down: "M12 5v14M6 13l6 6 6-6",
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  apps: "M5 5h5v5H5zM14 5h5v5h-5zM5 14h5v5H5zM14 14h5v5h-5z",
  slash: "M15 4L9 20",
};

export function icon(name) {
  return svg(PATHS[name], `icon icon-${name}`);
}
