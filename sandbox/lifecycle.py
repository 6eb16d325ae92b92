"""What becomes of an installation in a test: organisations, moves, uninstalls, late events."""

from collections.abc import Sequence

from sandbox import migrations, organisations, uninstalls
from sandbox.delivery import Answer
from sandbox.grants import Installation
from sandbox.handle import Handle
from sandbox.slack import Credentials
from sandbox.types import JSON
from sandbox.workspace import Enterprise


class Lifecycle(Handle):
    """The hands of admins, and of Slack when it delivers late."""

    def enterprise(
        self,
        name: str = "Globex",
        *,
        teams: Sequence[str] = ("northwind", "contoso"),
        admins: Sequence[str] | None = None,
    ) -> Enterprise:
        """Make workspaces members of a new organisation.

        ``admins`` are handles in these workspaces; without them the admins of the workspaces
        are the organisation's.
        """
        members = [self.team(team) for team in teams]
        ids = [self._admin(handle, teams) for handle in admins or ()]
        return organisations.create(self._slack, name, members, ids)

    def add_member(self, handle: str, team: str = "northwind", *, to: str = "contoso") -> None:
        """Let somebody into a further workspace of their organisation, under the same id."""
        user = self.state.users[self.person(handle, team).user_id]
        organisations.add_member(self._slack, user, self.team(to))

    def grant_access(self, *teams: str) -> None:
        """Add the org-wide app to workspaces, as an org admin would; one event names them all."""
        organisations.grant_access(self._slack, [self.team(team).team_id for team in teams])

    def revoke_access(self, *teams: str) -> None:
        """Take the org-wide app out of workspaces; one event names them all."""
        uninstalls.revoke_access(self._slack, [self.team(team).team_id for team in teams])

    def uninstall(self, team: str = "northwind") -> None:
        """Remove the app from a workspace, as an admin would."""
        uninstalls.uninstall(self._slack, self.team(team).team_id)

    def uninstall_org(self, enterprise: str = "globex") -> None:
        """Remove the org-wide app from an organisation and all its workspaces."""
        uninstalls.uninstall(self._slack, self.organisation(enterprise).enterprise_id)

    def start_migration(self, team: str = "northwind", *, into: str = "globex") -> None:
        """Begin to move a workspace into an organisation; the Web API refuses until the end."""
        migrations.start(self._slack, self.team(team), self.organisation(into))

    def finish_migration(self, team: str = "northwind") -> None:
        """End the move: the workspace belongs to the organisation, its installation stays."""
        migrations.finish(self._slack, self.team(team))

    def migrate(self, team: str = "northwind", *, into: str = "globex") -> None:
        """Move a workspace into an organisation, start and end at once."""
        self.start_migration(team, into=into)
        self.finish_migration(team)

    def deliver_event(
        self,
        team: str | None,
        event: JSON,
        *,
        event_time: float | None = None,
        event_id: str | None = None,
        org: str | None = None,
        envelope: JSON | None = None,
    ) -> Answer:
        """Send the app an event by hand, signed, once and at once; return its answer.

        Subscriptions and the state do not matter, so that a test can repeat an event, send it
        late or before another. ``event_time`` is in seconds since the epoch. With ``org`` it
        comes from the org-wide installation, without ``team`` it concerns the organisation
        itself. ``envelope`` replaces keys of the envelope; the value ``...`` removes one.
        """
        place = self._place(team, org)
        installation = self._installation(place, org)
        wrapped = self._slack.envelope(installation, event, place)
        if event_time is not None:
            wrapped["event_time"] = int(event_time)
        wrapped |= {"event_id": event_id} if event_id else {}
        wrapped |= envelope or {}
        whole = {key: value for key, value in wrapped.items() if value is not ...}
        return self._slack.outlet.event(whole, 0, "")

    def another_app(self) -> Credentials:
        """Return the credentials of another app, which no token here belongs to."""
        ids = self._slack.ids
        client_id = f"9{ids.trigger().rsplit('.', 1)[0]}"
        other = Credentials(client_id, ids.hexadecimal(32), ids.hexadecimal(32))
        self._slack.other_apps[client_id] = other
        return other

    def _place(self, team: str | None, org: str | None) -> str:
        if team is not None:
            return self.team(team).team_id
        if org is None:
            raise ValueError("say which workspace or organisation the event concerns")
        return self.organisation(org).enterprise_id

    def _installation(self, place_id: str, org: str | None) -> Installation | None:
        if org is not None:
            return self.state.installations.get(self.organisation(org).enterprise_id)
        return self.state.installations.get(place_id) or self.state.installation(place_id)

    def _admin(self, handle: str, teams: Sequence[str]) -> str:
        for team in teams:
            user = self.state.user_with_handle(self.team(team).team_id, handle)
            if user is not None:
                return user.user_id
        raise LookupError(f"nobody is called @{handle} in {', '.join(teams)}")
