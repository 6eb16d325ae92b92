// Suggests commands, people or channels while a person types.

import { userAvatar } from "./avatars.js";
import { h, uniqueId } from "./dom.js";
import { displayName, store } from "./store.js";

const MOST = 8; // suggestions

/** Watches one text box; `onKey` returns true when it used the key. */
export class Completion {
  #items = [];
  #active = 0;

  constructor(box, { withCommands, testid }) {
    this.box = box;
    this.withCommands = withCommands;
    const id = uniqueId("completion");
    this.list = h("div", { class: "completion", role: "listbox", id, hidden: true,
      "aria-label": "Suggestions", data: { testid } });
    box.setAttribute("aria-controls", id);
    box.setAttribute("aria-autocomplete", "list");
    box.addEventListener("blur", () => this.close());
    queueMicrotask(() => box.closest(".composer")?.append(this.list));
  }

  update() {
    const before = this.box.value.slice(0, this.box.selectionStart);
    this.#items = this.#suggestions(before).slice(0, MOST);
    this.#active = 0;
    this.#draw();
  }

  close() {
    this.#items = [];
    this.#draw();
  }

  onKey(event) {
    if (this.list.hidden) return false;
    const use = {
      ArrowDown: () => this.#move(1),
      ArrowUp: () => this.#move(-1),
      Tab: () => this.#take(),
      Enter: () => this.#take(),
      Escape: () => this.close(),
    }[event.key];
    if (!use || event.shiftKey || (event.key === "Enter" && this.#isTypedOut())) return false;
    event.preventDefault();
    event.stopPropagation();
    use();
    return true;
  }

  /** Enter sends a command that is already typed in full. */
  #isTypedOut() {
    return this.#items[this.#active].insert.trim() === this.box.value.trim();
  }

  #suggestions(before) {
    const command = this.withCommands && /^\/(\S*)$/.exec(before);
    if (command) return commandItems(before);
    const reference = /(?:^|[\s(])([@#])([\p{L}\p{N}._-]*)$/u.exec(before);
    if (!reference) return [];
    const [, sign, typed] = reference;
    return sign === "@" ? peopleItems(typed) : channelItems(typed);
  }

  #draw() {
    this.list.hidden = this.#items.length === 0;
    this.list.replaceChildren(...this.#items.map((item, index) => this.#row(item, index)));
    const active = this.list.children[this.#active];
    if (active) this.box.setAttribute("aria-activedescendant", active.id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  #row(item, index) {
    const isActive = index === this.#active;
    const row = h("div", { class: `suggestion ${isActive ? "is-active" : ""}`, role: "option",
      id: uniqueId("suggestion"), "aria-selected": String(isActive), data: item.data },
    item.content);
    row.addEventListener("pointerdown", (event) => event.preventDefault());
    row.addEventListener("click", () => {
      this.#active = index;
      this.#take();
    });
    return row;
  }

  #move(step) {
    const count = this.#items.length;
    this.#active = (this.#active + step + count) % count;
    this.#draw();
    this.list.children[this.#active].scrollIntoView({ block: "nearest" });
  }

  #take() {
    const { insert, typed } = this.#items[this.#active];
    const at = this.box.selectionStart;
    this.box.setRangeText(insert, at - typed.length, at, "end");
    this.close();
    this.box.dispatchEvent(new Event("input"));
  }
}

function commandItems(typed) {
  return store.state.commands
    .filter((each) => each.command.startsWith(typed.toLowerCase()))
    .map((each) => ({
      insert: `${each.command} `,
      typed,
      data: { command: each.command },
      content: [
        h("span", { class: "suggestion-main" },
          h("strong", {}, each.command),
          each.usage_hint && h("code", { class: "usage" }, each.usage_hint)),
        h("span", { class: "option-hint" }, commandHint(each)),
      ],
    }));
}

function commandHint({ description, app_name: appName }) {
  return [description, appName].filter(Boolean).join(" · ");
}

function peopleItems(typed) {
  const groups = store.state.usergroups.map((group) => (
    reference(`@${group.handle}`, `@${typed}`, [mark("@"), words(group.handle, group.name)])));
  const people = store.state.users.filter((user) => !user.deleted && user.handle).map((user) => {
    const content = [userAvatar(user, "tiny"), words(displayName(user.user_id), `@${user.handle}`)];
    return reference(`@${user.handle}`, `@${typed}`, content);
  });
  return matching([...people, ...groups], typed);
}

function channelItems(typed) {
  const channels = store.state.channels.filter((each) => each.kind === "channel");
  const items = channels.map((channel) => (
    reference(`#${channel.name}`, `#${typed}`, [mark("#"), words(channel.name, channel.topic)])));
  return matching(items, typed);
}

function matching(items, typed) {
  const lower = typed.toLowerCase();
  const textOf = (item) => item.content.map((node) => node.textContent).join(" ").toLowerCase();
  return items.filter((item) => textOf(item).includes(lower));
}

function reference(insert, typed, content) {
  return { insert: `${insert} `, typed, content, data: { reference: insert } };
}

function mark(sign) {
  return h("span", { class: "suggestion-mark" }, sign);
}

function words(text, hint) {
  return h("span", { class: "suggestion-main" }, h("strong", {}, text),
    hint && h("span", { class: "option-hint" }, hint));
}
