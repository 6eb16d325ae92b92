"""A person in a test: hands that make gestures, eyes that see what came of them."""

import threading

from sandbox import actor, commands, conversations, messages, screens, views
from sandbox.answers import element_answer, state_values
from sandbox.errors import GestureError
from sandbox.forms import ANSWER_KEYS
from sandbox.gestures import Person, Place
from sandbox.outcomes import Outcome
from sandbox.slack import Slack
from sandbox.types import JSON, Value
from sandbox.workspace import Channel, Message, State, User, View


def find_channel(state: State, team_id: str, name: str) -> Channel:
    """Return a channel by id or name."""
    channel = state.channels.get(name) or state.channel_named(team_id, name.lstrip("#"))
    if channel is None:
        raise LookupError(f"no channel #{name}")
    return channel


class TestPerson:
    """One person's hands and eyes; every gesture is the one the browser client makes."""

    __test__ = False  # not a test, although pytest might think so

    def __init__(self, slack: Slack, team_id: str, user_id: str) -> None:
        """Sit down at the keyboard."""
        self._slack = slack
        self.team_id = team_id
        self.user_id = user_id

    @property
    def user(self) -> User:
        """Return the account."""
        return self._slack.state.users[self.user_id]

    @property
    def view(self) -> JSON | None:
        """Return the modal on top, as Slack describes it."""
        with self._slack.lock:
            view = views.top(self._slack, self.user_id)
            return views.payload(self._slack, view) if view else None

    @property
    def home(self) -> JSON | None:
        """Return the published Home tab."""
        view: JSON | None = screens.home(self._slack, self._who())["view"]
        return view

    def send(self, text: str, channel: str = "general", *, thread_ts: str | None = None) -> Message:
        """Type a message; ``channel`` may be ``"app"``, the direct messages with the app."""
        place = self._app_channel() if channel == "app" else self._channel(channel)
        return actor.send(self._slack, self._who(), place, text, thread_ts)

    def command(self, command: str, text: str = "", channel: str = "general") -> Outcome:
        """Run a slash command."""
        place = self._channel(channel)
        return commands.run(self._slack, self._who(), place, command, text)

    def shortcut(self, callback_id: str) -> Outcome:
        """Choose a global shortcut."""
        return actor.run_shortcut(self._slack, self._who(), callback_id)

    def submit(self, values: JSON | None = None) -> Outcome:
        """Fill in the modal on top and submit it; untouched fields keep their initial value."""
        view = self._top()
        filled = state_values(self._slack, view, values or {})
        return actor.submit(self._slack, self._who(), view, filled)

    def close_view(self, *, every: bool = False) -> None:
        """Close the modal on top, or all."""
        actor.close(self._slack, self._who(), self._top(), every=every)

    def click(
        self,
        action_id: str,
        channel: str = "campaign-approvals",
        *,
        index: int = -1,
        value: Value = None,
        wait: bool = True,
    ) -> Outcome:
        """Use an element of a message this person sees; the last that has it, or ``index``.

        ``channel`` may be ``"app"`` for the direct messages with the app. Without ``wait`` the
        click happens in another thread, and nobody learns how it went.
        """
        place = self._app_channel() if channel == "app" else self._channel(channel)
        found = self._places(place, action_id)[index]
        return self._use(found, self._gesture(found, action_id, value), wait=wait)

    def click_in_view(
        self, action_id: str, *, value: Value = None, state: JSON | None = None
    ) -> Outcome:
        """Use an element of the modal on top; ``state`` holds what else is filled in."""
        view = self._top()
        values = state_values(self._slack, view, state or {})
        place = Place(view=view)
        return self._use(place, self._gesture(place, action_id, value, values=values))

    def click_in_home(self, action_id: str, *, index: int = 0, value: Value = None) -> Outcome:
        """Use an element of the Home tab; repeated action ids are told apart by ``index``."""
        view = self._slack.state.views[self._slack.state.homes[self.user_id]]
        place = Place(view=view)
        return self._use(place, self._gesture(place, action_id, value, index=index))

    def options(self, action_id: str, query: str = "") -> JSON:
        """Type into an external select of the modal on top; return what the app offers."""
        place = Place(view=self._top())
        block_id, _ = self._find(place, action_id, 0)
        gesture = {"block_id": block_id, "action_id": action_id, "value": query}
        return actor.suggest(self._slack, self._who(), place, gesture)

    def open_home(self) -> None:
        """Look at the app's Home tab."""
        actor.open_home(self._slack, self._who())

    def join(self, channel: str) -> None:
        """Join a channel."""
        conversations.join(self._slack, self._channel(channel), self.user_id)

    def messages(self, channel: str = "campaign-approvals") -> list[JSON]:
        """Return the channel's messages that everyone there can read, oldest first."""
        return self._described(self._channel(channel), ephemeral=False)

    def ephemerals(self, channel: str = "campaign-approvals") -> list[JSON]:
        """Return the messages only this person can read."""
        place = self._app_channel() if channel == "app" else self._channel(channel)
        return self._described(place, ephemeral=True)

    def direct_messages(self) -> list[JSON]:
        """Return the messages between this person and the app."""
        return self._described(self._app_channel(), ephemeral=False)

    def _who(self) -> Person:
        return actor.person(self._slack, self.team_id, self.user_id)

    def _channel(self, name: str) -> Channel:
        channel = find_channel(self._slack.state, self.team_id, name)
        return actor.visible_channel(self._slack, self._who(), channel.channel_id)

    def _app_channel(self) -> Channel:
        bot = self._slack.state.bot_user(self.team_id)
        im = self._slack.state.im_between(self.user_id, bot.user_id) if bot else None
        if im is None:
            raise GestureError("The app is not installed here.")
        return im

    def _top(self) -> View:
        view = views.top(self._slack, self.user_id)
        if view is None:
            raise GestureError(f"@{self.user.handle} sees no modal.")
        return view

    def _described(self, channel: Channel, *, ephemeral: bool) -> list[JSON]:
        wanted = self.user_id if ephemeral else None
        with self._slack.lock:
            shown = [one for one in channel.messages if one.ephemeral_to == wanted]
            return [messages.payload(channel, message) for message in shown]

    def _places(self, channel: Channel, action_id: str) -> list[Place]:
        readers = {None, self.user_id}
        places = [
            Place(channel=channel, message=message)
            for message in channel.messages
            if message.ephemeral_to in readers and _offers(message.blocks or [], action_id)
        ]
        if not places:
            raise GestureError(f"No message in {channel.name} has {action_id!r}.")
        return places

    def _find(self, place: Place, action_id: str, index: int) -> tuple[str, JSON]:
        found = _offers(place.blocks, action_id)
        if not found:
            raise GestureError(f"Nothing here has the action_id {action_id!r}.")
        return found[index]

    def _gesture(
        self,
        place: Place,
        action_id: str,
        value: Value,
        *,
        values: JSON | None = None,
        index: int = 0,
    ) -> JSON:
        """Return what the browser client would send for the use of an element."""
        block_id, element = self._find(place, action_id, index)
        gesture: JSON = {"block_id": block_id, "action_id": action_id}
        gesture["state"] = {"values": values or {}}
        if element["type"] in ANSWER_KEYS:
            gesture |= element_answer(self._slack, self.team_id, element, value)
        elif element["type"] == "overflow":
            options = (option for option in element["options"] if option["value"] == value)
            gesture["selected_option"] = next(options)
        return gesture

    def _use(self, place: Place, gesture: JSON, *, wait: bool = True) -> Outcome:
        if wait:
            return actor.use_element(self._slack, self._who(), place, gesture)
        arguments = (self._slack, self._who(), place, gesture)
        threading.Thread(target=actor.use_element, args=arguments, daemon=True).start()
        return Outcome()


def _offers(blocks: list[JSON], action_id: str) -> list[tuple[str, JSON]]:
    """Return block_id and element wherever ``action_id`` is used."""
    return [
        (block["block_id"], element)
        for block in blocks
        for element in messages.elements(block)
        if element.get("action_id") == action_id
    ]
