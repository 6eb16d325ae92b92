"""What a test finds in the local Slack: workspaces, people, channels."""

from sandbox.hands import TestPerson, find_channel
from sandbox.slack import Slack
from sandbox.workspace import Channel, Enterprise, State, Team, UserGroup


class Handle:
    """Finds things by the names people use."""

    _slack: Slack

    @property
    def slack(self) -> Slack:
        """Return the whole, for what this handle has no word for."""
        return self._slack

    @property
    def state(self) -> State:
        """Return what the sandbox remembers."""
        return self._slack.state

    def team(self, name: str) -> Team:
        """Return a workspace by domain, name or id."""
        for team in self.state.teams.values():
            if name.lower() in {team.domain, team.name.lower(), team.team_id.lower()}:
                return team
        raise LookupError(f"no workspace {name!r}")

    def organisation(self, name: str) -> Enterprise:
        """Return an organisation by domain, name or id."""
        for one in self.state.enterprises.values():
            if name.lower() in {one.domain, one.name.lower(), one.enterprise_id.lower()}:
                return one
        raise LookupError(f"no organisation {name!r}")

    def person(self, handle: str, team: str = "northwind") -> TestPerson:
        """Return somebody at their keyboard."""
        team_id = self.team(team).team_id
        user = self.state.user_with_handle(team_id, handle)
        if user is None:
            raise LookupError(f"nobody is called @{handle} there")
        return TestPerson(self._slack, team_id, user.user_id)

    def channel(self, name: str, team: str = "northwind") -> Channel:
        """Return a channel by name or id."""
        return find_channel(self.state, self.team(team).team_id, name)

    def usergroup(self, handle: str, team: str = "northwind") -> UserGroup:
        """Return a user group by handle."""
        groups = self.state.usergroups_of(self.team(team).team_id)
        return next(group for group in groups if group.handle == handle.lstrip("@"))
