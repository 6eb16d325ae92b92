// Knows the emoji short names that appear in messages.

const EMOJI = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", ok_hand: "👌", clap: "👏", wave: "👋",
  raised_hands: "🙌", pray: "🙏", muscle: "💪", point_right: "👉", point_left: "👈", point_up: "☝️",
  point_down: "👇", raised_hand: "✋", handshake: "🤝", writing_hand: "✍️", eyes: "👀",
  smile: "😄", smiley: "😃", grinning: "😀", slightly_smiling_face: "🙂", blush: "😊", wink: "😉",
  joy: "😂", heart_eyes: "😍", sunglasses: "😎", thinking_face: "🤔", cry: "😢", sob: "😭",
  scream: "😱", sweat_smile: "😅", neutral_face: "😐", partying_face: "🥳", sleeping: "😴",
  heart: "❤️", broken_heart: "💔", green_heart: "💚", blue_heart: "💙", yellow_heart: "💛",
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌",
  negative_squared_cross_mark: "❎", no_entry: "⛔", no_entry_sign: "🚫", warning: "⚠️",
  rotating_light: "🚨", exclamation: "❗", question: "❓", grey_question: "❔", bangbang: "‼️",
  information_source: "ℹ️", bell: "🔔", no_bell: "🔕", mega: "📣", loudspeaker: "📢",
  speech_balloon: "💬", thought_balloon: "💭", email: "📧", envelope: "✉️", incoming_envelope: "📨",
  inbox_tray: "📥", outbox_tray: "📤", calendar: "📅", date: "📅", spiral_calendar_pad: "🗓️",
  clock1: "🕐", clock3: "🕒", clock9: "🕘", alarm_clock: "⏰", stopwatch: "⏱️", hourglass: "⌛",
  hourglass_flowing_sand: "⏳", timer_clock: "⏲️", zzz: "💤",
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢",
  large_blue_circle: "🔵", large_purple_circle: "🟣", white_circle: "⚪", black_circle: "⚫",
  large_green_square: "🟩", large_red_square: "🟥", large_yellow_square: "🟨",
  small_blue_diamond: "🔹", small_orange_diamond: "🔸", small_red_triangle: "🔺",
  arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️", repeat: "🔁",
  arrows_counterclockwise: "🔄", leftwards_arrow_with_hook: "↩️", fast_forward: "⏩",
  back: "🔙", soon: "🔜", new: "🆕", ok: "🆗", up: "🆙", free: "🆓", sos: "🆘",
  tada: "🎉", confetti_ball: "🎊", balloon: "🎈", gift: "🎁", trophy: "🏆", medal: "🏅",
  sparkles: "✨", star: "⭐", star2: "🌟", fire: "🔥", boom: "💥", zap: "⚡", bulb: "💡",
  rocket: "🚀", airplane: "✈️", ship: "🚢", car: "🚗", house: "🏠", office: "🏢", earth_africa: "🌍",
  globe_with_meridians: "🌐", sunny: "☀️", partly_sunny: "⛅", rainbow: "🌈", snowflake: "❄️",
  seedling: "🌱", four_leaf_clover: "🍀", cherry_blossom: "🌸", sunflower: "🌻", evergreen_tree: "🌲",
  coffee: "☕", pizza: "🍕", cake: "🍰", birthday: "🎂", beers: "🍻", champagne: "🍾", apple: "🍎",
  dog: "🐶", cat: "🐱", bug: "🐛", owl: "🦉", robot_face: "🤖", ghost: "👻", alien: "👽",
  lock: "🔒", unlock: "🔓", closed_lock_with_key: "🔐", key: "🔑", shield: "🛡️", scales: "⚖️",
  link: "🔗", paperclip: "📎", pushpin: "📌", round_pushpin: "📍", scissors: "✂️", mag: "🔍",
  wrench: "🔧", hammer: "🔨", gear: "⚙️", hammer_and_wrench: "🛠️", test_tube: "🧪", microscope: "🔬",
  chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉", bar_chart: "📊",
  clipboard: "📋", memo: "📝", pencil: "📝", pencil2: "✏️", page_facing_up: "📄", scroll: "📜",
  bookmark: "🔖", label: "🏷️", book: "📖", books: "📚", newspaper: "📰", file_folder: "📁",
  open_file_folder: "📂", card_index_dividers: "🗂️", wastebasket: "🗑️", package: "📦",
  moneybag: "💰", euro: "💶", dollar: "💵", credit_card: "💳", receipt: "🧾", shopping_trolley: "🛒",
  art: "🎨", camera: "📷", movie_camera: "🎥", tv: "📺", iphone: "📱", computer: "💻", phone: "☎️",
  headphones: "🎧", musical_note: "🎵", video_game: "🎮", dart: "🎯", traffic_light: "🚦",
  construction: "🚧", stop_sign: "🛑", octagonal_sign: "🛑", checkered_flag: "🏁",
  triangular_flag_on_post: "🚩",
  crown: "👑", bust_in_silhouette: "👤", busts_in_silhouette: "👥", judge: "🧑‍⚖️", hash: "#️⃣",
  one: "1️⃣", two: "2️⃣", three: "3️⃣", four: "4️⃣", five: "5️⃣", six: "6️⃣", seven: "7️⃣",
  eight: "8️⃣", nine: "9️⃣", zero: "0️⃣", keycap_ten: "🔟", 100: "💯", beach_with_umbrella: "🏖️",
  palm_tree: "🌴", fast_parrot: "🦜", eyeglasses: "👓", ticket: "🎫", "e-mail": "📧", copyright: "©️",
};

/** The character of a short name, or undefined. */
export function emojiFor(name) {
  return Object.hasOwn(EMOJI, name) ? EMOJI[name] : undefined;
}

/** `text` with each known `:name:` replaced. */
export function withEmoji(text) {
  const pattern = /:([a-z0-9_+'-]+):(?::skin-tone-[2-6]:)?/g;
  return text.replace(pattern, (whole, name) => emojiFor(name) ?? whole);
}
