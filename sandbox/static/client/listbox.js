// Offers choices in a searchable list.

import { h, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { openPopover } from "./popover.js";

const SEARCH_FROM = 6; // choices
const TYPING_PAUSE = 200; // milliseconds

/** Opens a list at `anchor`; see the constructor for what it needs. */
export function openListbox(anchor, options) {
  return new Listbox(anchor, options);
}

class Listbox {
  #choices = [];
  #active = -1;
  #timer = null;
  #query = 0;

  /**
   * `source` loads choices, `isChosen(choice)` marks them, `onPick(choice)` is called for each
   * pick, `onClose()` once. With `isMulti` the list stays open.
   */
  constructor(anchor, { source, isChosen, onPick, onClose, isMulti, label }) {
    Object.assign(this, { source, isChosen, onPick, isMulti });
    this.id = uniqueId("listbox");
    this.search = this.#drawSearch(label);
    this.note = h("p", { class: "listbox-note", role: "status" });
    this.list = h("div", { class: "listbox", role: "listbox", id: this.id, "aria-label": label,
      "aria-multiselectable": isMulti ? "true" : null });
    const panel = h("div", { class: "listbox-panel" }, this.search, this.note, this.list);
    panel.addEventListener("keydown", (event) => this.#onKey(event));
    this.popover = openPopover(anchor, panel, { className: "popover-list", onClose });
    this.search.focus();
    this.#load();
  }

  #drawSearch(label) {
    const search = h("input", {
      class: "listbox-search", type: "text", role: "combobox", autocomplete: "off",
      placeholder: "Search", "aria-label": `Search: ${label}`, "aria-controls": this.id,
      "aria-expanded": "true", "aria-autocomplete": "list", data: { testid: "option-search" },
    });
    search.addEventListener("input", () => this.#onType());
    return search;
  }

  #onType() {
    clearTimeout(this.#timer);
    if (!this.source.isRemote) this.#load();
    else this.#timer = setTimeout(() => this.#load(), TYPING_PAUSE);
  }

  async #load() {
    const query = this.search.value;
    const turn = (this.#query += 1);
    if (query.length < this.source.minQuery) return this.#showHint();
    if (this.source.isRemote) this.#say("Loading…");
    const groups = await this.source.load(query).catch(() => null);
    if (turn === this.#query) this.#show(groups, query);
    return undefined;
  }

  #showHint() {
    const missing = this.source.minQuery - this.search.value.length;
    this.#draw([]);
    this.#say(`Type ${missing} more character${missing === 1 ? "" : "s"} to search.`);
  }

  #show(groups, query) {
    this.#draw(groups ?? []);
    if (!groups) this.#say("We could not load the options. Try again?");
    else this.#say(this.#choices.length ? "" : "Nothing matches.");
    const isShort = !this.source.isRemote && !query && this.#choices.length < SEARCH_FROM;
    this.search.classList.toggle("is-tucked", isShort);
    this.popover?.place();
  }

  #say(text) {
    this.note.textContent = text;
  }

  #draw(groups) {
    this.#choices = groups.flatMap((group) => group.choices);
    this.list.replaceChildren(...groups.flatMap((group) => this.#drawGroup(group)));
    const chosen = this.#choices.findIndex((choice) => this.isChosen(choice));
    this.#activate(Math.max(chosen, 0));
  }

  #drawGroup(group) {
    const rows = group.choices.map((choice) => this.#drawChoice(choice));
    if (!group.label) return rows;
    const title = h("div", { class: "listbox-group", role: "presentation" }, group.label);
    return [title, ...rows];
  }

  #drawChoice(choice) {
    const isChosen = this.isChosen(choice);
    const row = h("div", {
      class: "option", role: "option", id: uniqueId("option"),
      "aria-selected": String(isChosen), data: { value: choice.key },
    }, h("span", { class: "option-words" },
      h("span", { class: "option-text" }, choice.text),
      choice.hint && h("span", { class: "option-hint" }, choice.hint)), icon("check"));
    row.addEventListener("pointerdown", (event) => event.preventDefault());
    row.addEventListener("click", () => this.#pick(choice));
    return row;
  }

  #rows() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  #activate(index) {
    const rows = this.#rows();
    this.#active = rows.length ? (index + rows.length) % rows.length : -1;
    rows.forEach((row, at) => row.classList.toggle("is-active", at === this.#active));
    const active = rows[this.#active];
    this.search.setAttribute("aria-activedescendant", active?.id ?? "");
    active?.scrollIntoView({ block: "nearest" });
  }

  #pick(choice) {
    if (!this.isMulti) this.popover.close({ returnFocus: true });
    this.onPick(choice);
    if (!this.isMulti) return;
    this.#rows().forEach((row, index) => {
      row.setAttribute("aria-selected", String(this.isChosen(this.#choices[index])));
    });
    this.popover.place();
  }

  #onKey(event) {
    const moves = { ArrowDown: this.#active + 1, ArrowUp: this.#active - 1 };
    if (event.key in moves) this.#activate(moves[event.key]);
    else if (event.key === "Enter" && this.#choices[this.#active]) {
      this.#pick(this.#choices[this.#active]);
    } else if (event.key !== "Enter") return;
    event.preventDefault();
  }
}
