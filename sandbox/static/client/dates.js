// Formats moments in the current person's time zone.

import { timeZone } from "./store.js";

const DAY = 86_400; // seconds
const HALF_YEAR = 183 * DAY; // seconds

function format(epoch, options) {
  const zoned = { timeZone: timeZone(), ...options };
  return new Intl.DateTimeFormat("en-GB", zoned).format(new Date(epoch * 1000));
}

function part(epoch, options) {
  return format(epoch, options).trim();
}

export function clockTime(epoch) {
  return format(epoch, { hour: "2-digit", minute: "2-digit" });
}

export function fullTime(epoch) {
  return `${dividerLabel(epoch)} at ${format(epoch, { timeStyle: "medium" })}`;
}

/** `YYYY-MM-DD`, which is also the key of a day. */
export function dayKey(epoch) {
  const [day, month, year] = [
    part(epoch, { day: "2-digit" }),
    part(epoch, { month: "2-digit" }),
    part(epoch, { year: "numeric" }),
  ];
  return `${year}-${month}-${day}`;
}

export function dividerLabel(epoch) {
  const word = dayWord(epoch);
  if (word) return capitalised(word);
  const year = Math.abs(epoch - nowInSeconds()) < HALF_YEAR ? undefined : "numeric";
  return format(epoch, { weekday: "long", day: "numeric", month: "long", year });
}

/** "just now", "5 min ago", then the time of day. */
export function messageTime(epoch) {
  const age = nowInSeconds() - epoch;
  if (age < 60) return "just now";
  if (age < 3600) return `${Math.floor(age / 60)} min ago`;
  return clockTime(epoch);
}

/** Slack's `{ago}`: "3 minutes ago", "in 2 hours". */
export function relative(epoch) {
  const seconds = Math.round(epoch - nowInSeconds());
  const words = new Intl.RelativeTimeFormat("en", { numeric: "always" });
  for (const [unit, size] of [["day", DAY], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return words.format(seconds, "second");
}

/** Fills the tokens of docs.slack.dev/messaging/formatting-message-text#date-formatting */
export function fillDateFormat(epoch, template) {
  return template.replace(/\{([a-z_]+)\}/g, (token, name, offset) => {
    const filler = TOKENS[name];
    if (!filler) return token;
    const text = filler(epoch);
    return offset === 0 ? capitalised(text) : text;
  });
}

const TOKENS = {
  date: (epoch) => longDate(epoch, { month: "long", ordinal: true }),
  date_num: dayKey,
  date_slash: (epoch) => format(epoch, { day: "2-digit", month: "2-digit", year: "numeric" }),
  date_short: (epoch) => longDate(epoch, { month: "short" }),
  date_long: (epoch) => longDate(epoch, { month: "long", ordinal: true, weekday: true }),
  date_long_full: (epoch) => longDate(epoch, { month: "long" }),
  date_pretty: (epoch) => dayWord(epoch) ?? TOKENS.date(epoch),
  date_short_pretty: (epoch) => dayWord(epoch) ?? TOKENS.date_short(epoch),
  date_long_pretty: (epoch) => dayWord(epoch) ?? TOKENS.date_long(epoch),
  day_divider_pretty: (epoch) => dayWord(epoch) ?? TOKENS.date_long(epoch),
  time: clockTime,
  time_secs: (epoch) => format(epoch, { timeStyle: "medium" }),
  ago: relative,
};

/** "Tuesday, February 18th, 2014"; the year only when more than six months away. */
function longDate(epoch, { month, ordinal = false, weekday = false }) {
  const day = Number(part(epoch, { day: "numeric" }));
  const isNear = Math.abs(epoch - nowInSeconds()) < HALF_YEAR;
  const pieces = [
    weekday ? `${part(epoch, { weekday: "long" })}, ` : "",
    `${part(epoch, { month })} ${ordinal ? withSuffix(day) : day}`,
    isNear ? "" : `, ${part(epoch, { year: "numeric" })}`,
  ];
  return pieces.join("");
}

function withSuffix(day) {
  const isTeen = day >= 11 && day <= 13;
  return `${day}${isTeen ? "th" : ["th", "st", "nd", "rd"][day % 10] ?? "th"}`;
}

function dayWord(epoch) {
  const now = nowInSeconds();
  const key = dayKey(epoch);
  if (key === dayKey(now)) return "today";
  if (key === dayKey(now - DAY)) return "yesterday";
  return key === dayKey(now + DAY) ? "tomorrow" : null;
}

function capitalised(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function nowInSeconds() {
  return Date.now() / 1000;
}
