"""The two workspaces everybody starts with."""

from dataclasses import dataclass, replace

from sandbox.workspace import Channel, Message, State, Team, User, UserGroup

NORTHWIND = "T01NORTHWD"
CONTOSO = "T01CONTOSO"

DAY = 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Line:
    """A seed message: who said what, how many seconds ago."""

    channel_id: str
    user_id: str
    seconds_ago: int
    text: str


NORTHWIND_PEOPLE = (
    User(
        user_id="U01DANALEE",
        team_id=NORTHWIND,
        handle="dana",
        real_name="Dana Lee",
        title="Campaign marketer",
        role_hint="Requester",
        color="#7c3aed",
        tz="Europe/Amsterdam",
    ),
    User(
        user_id="U01ANARUIZ",
        team_id=NORTHWIND,
        handle="ana",
        real_name="Ana Ruiz",
        title="Head of Brand",
        role_hint="Approver",
        color="#0f766e",
        tz="Europe/Madrid",
    ),
    User(
        user_id="U01BENOKOY",
        team_id=NORTHWIND,
        handle="ben",
        real_name="Ben Okoye",
        title="Legal counsel",
        role_hint="Approver",
        color="#b45309",
        tz="Europe/London",
    ),
    User(
        user_id="U01OLGASTN",
        team_id=NORTHWIND,
        handle="olga",
        real_name="Olga Stone",
        title="Finance controller",
        role_hint="Outsider",
        color="#1d4ed8",
        tz="America/New_York",
    ),
    User(
        user_id="U01GUSGUES",
        team_id=NORTHWIND,
        handle="gus",
        real_name="Gus Guest",
        title="Agency producer",
        role_hint="Guest",
        color="#57534e",
        tz="Europe/Berlin",
        is_restricted=True,
    ),
    User(
        user_id="U01WANDAAD",
        team_id=NORTHWIND,
        handle="wanda",
        real_name="Wanda Admin",
        title="Workspace owner",
        role_hint="Admin",
        color="#be123c",
        tz="Europe/Amsterdam",
        is_admin=True,
        is_owner=True,
    ),
)

CONTOSO_PEOPLE = (
    User(
        user_id="U02MILAKAR",
        team_id=CONTOSO,
        handle="mila",
        real_name="Mila Karlsen",
        title="Growth marketer",
        role_hint="Requester",
        color="#0e7490",
        tz="Europe/Oslo",
    ),
    User(
        user_id="U02OMARHAD",
        team_id=CONTOSO,
        handle="omar",
        real_name="Omar Haddad",
        title="Operations lead",
        role_hint="Admin",
        color="#a21caf",
        tz="Europe/Paris",
        is_admin=True,
        is_owner=True,
    ),
)

CONVERSATION = (
    Line("C01GENERAL", "U01WANDAAD", 3 * DAY, "Morning all. The spring planning notes are pinned."),
    Line("C01GENERAL", "U01OLGASTN", 2 * DAY, "Q3 budgets close on Friday. Please file by noon."),
    Line("C01CAMPAGN", "U01DANALEE", DAY, "First cut of the *Autumn Trails* launch is ready."),
    Line("C01CAMPAGN", "U01GUSGUES", DAY - 900, "Agency side is done: 3 banners, 1 teaser film."),
    Line("C01CAMPAGN", "U01ANARUIZ", DAY - 2400, "Lovely light in those. Can we see the copy too?"),
    Line(
        "C01APPROVE", "U01BENOKOY", 5 * 3600, "Reminder: anything with a price claim needs legal."
    ),
    Line("C01APPROVE", "U01DANALEE", 4 * 3600, "Noted. I will send Autumn Trails through today."),
    Line("C01RANDOM0", "U01BENOKOY", 20 * 3600, "Whoever left the pistachio cake: thank you."),
    Line("C02GENERAL", "U02OMARHAD", 2 * DAY, "Welcome to Contoso's workspace."),
    Line("C02APPROVE", "U02MILAKAR", 3 * 3600, "The newsletter needs a second pair of eyes."),
)


def seeded(now: float) -> State:
    """Return the workspaces as they are before anyone does anything."""
    state = State()
    _add_team(state, Team(NORTHWIND, "Northwind", "northwind", "#0f766e", "U01DANALEE"))
    _add_team(state, Team(CONTOSO, "Contoso", "contoso", "#a21caf", "U02MILAKAR"))
    created = int(now) - 90 * DAY
    for person in (*NORTHWIND_PEOPLE, *CONTOSO_PEOPLE):
        state.users[person.user_id] = replace(person, updated=created)
    _add_channels(state, created)
    _add_usergroups(state, created)
    for line in sorted(CONVERSATION, key=lambda one: -one.seconds_ago):
        _say(state, line, now)
    return state


def _add_team(state: State, team: Team) -> None:
    state.teams[team.team_id] = team


def _add_channels(state: State, created: int) -> None:
    everyone = [person.user_id for person in NORTHWIND_PEOPLE]
    members = [person.user_id for person in NORTHWIND_PEOPLE if not person.is_guest]
    contoso = [person.user_id for person in CONTOSO_PEOPLE]
    for channel in (
        Channel("C01GENERAL", NORTHWIND, "general", topic="Company news", member_ids=members),
        Channel("C01CAMPAGN", NORTHWIND, "campaigns", topic="Work in flight", member_ids=everyone),
        Channel(
            "C01APPROVE",
            NORTHWIND,
            "campaign-approvals",
            topic="Nothing goes out before it is signed here",
            member_ids=everyone,
        ),
        Channel("C01RANDOM0", NORTHWIND, "random", topic="Cake and weather", member_ids=members),
        Channel("C02GENERAL", CONTOSO, "general", topic="Company news", member_ids=contoso),
        Channel("C02APPROVE", CONTOSO, "campaign-approvals", member_ids=contoso),
    ):
        channel.created = created
        channel.is_general = channel.name == "general"
        channel.creator = "U01WANDAAD" if channel.team_id == NORTHWIND else "U02OMARHAD"
        channel.member_ids = list(channel.member_ids)
        state.channels[channel.channel_id] = channel


def _add_usergroups(state: State, created: int) -> None:
    approvers = "Campaign approvers"
    for group in (
        _group("S01APPROVE", NORTHWIND, "campaign-approvers", approvers, "U01ANARUIZ U01BENOKOY"),
        _group("S01LEGAL00", NORTHWIND, "legal", "Legal", "U01BENOKOY"),
        _group("S02APPROVE", CONTOSO, "campaign-approvers", approvers, "U02OMARHAD"),
    ):
        group.date_create = group.date_update = created
        state.usergroups[group.usergroup_id] = group


def _group(usergroup_id: str, team_id: str, handle: str, name: str, members: str) -> UserGroup:
    admin = "U01WANDAAD" if team_id == NORTHWIND else "U02OMARHAD"
    return UserGroup(usergroup_id, team_id, handle, name, members.split(), created_by=admin)


def _say(state: State, line: Line, now: float) -> None:
    state.last_ts = max(int((now - line.seconds_ago) * 1_000_000), state.last_ts + 1)
    ts = f"{state.last_ts // 1_000_000}.{state.last_ts % 1_000_000:06d}"
    channel = state.channels[line.channel_id]
    channel.messages.append(Message(ts=ts, user_id=line.user_id, text=line.text))
    for member in channel.member_ids:
        channel.last_read[member] = ts
