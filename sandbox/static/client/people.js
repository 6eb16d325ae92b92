// Switches between the people of the workspace.

import { userAvatar } from "./avatars.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { becomePerson } from "./navigation.js";
import { currentPerson, on, store, timeZone, workspace } from "./store.js";

export function mountPersonSwitch(button) {
  button.addEventListener("click", () => openPeople(button));
  on("person", () => draw(button));
}

function draw(button) {
  const person = currentPerson();
  button.replaceChildren(
    userAvatar(person, "small"),
    h("span", { class: "switch-words" },
      h("span", { class: "switch-lead" }, "You are: "),
      h("strong", {}, person.real_name),
      person.role_hint && h("span", { class: "switch-role" }, ` (${person.role_hint})`)),
    icon("chevron"),
  );
}

function openPeople(button) {
  const items = workspace().people.map((person) => ({
    content: [userAvatar(person, "medium"), words(person), icon("check")],
    className: "person-option",
    data: { person: person.handle },
    isChecked: person.user_id === store.userId,
    onPick: () => becomePerson(person.user_id),
  }));
  const label = "See the workspace as";
  const popover = openMenu(button, items, { label, className: "popover-people", align: "end" });
  const zone = timeZone();
  const note = zone ? `Times are shown for ${zone.replaceAll("_", " ")}.` : "";
  const lead = h("p", { class: "menu-lead" }, h("strong", {}, label), h("span", {}, note));
  document.querySelector(".popover-people")?.prepend(lead);
  popover.place();
}

function words(person) {
  return h("span", { class: "option-words" },
    h("span", { class: "option-text" }, person.real_name,
      person.role_hint && h("span", { class: "role" }, person.role_hint)),
    h("span", { class: "option-hint" }, person.title));
}
