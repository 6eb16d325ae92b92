"""Too many wrong passwords: who has to wait, by name with address, and by address alone."""

from ipaddress import ip_address
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.http import HttpRequest


class LockoutHandler(AxesDatabaseHandler):  # type: ignore[misc]  # untyped
    """Counts failures of a user name at an address, and of an address with any names.

    An address may serve an office, so it may fail more often; this machine's own is a proxy in
    front of everybody and is not counted. Nobody can lock a colleague out from elsewhere: the name
    alone is not counted, the second step stands behind it.
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Return failures so that AXES_FAILURE_LIMIT is the limit of whichever is nearer to it."""
        of_pair, of_address = (
            sum(attempts.values_list("failures_since_start", flat=True))
            for attempts in self.get_user_attempts(request, credentials)
        )
        if _is_this_machine(request):
            return int(of_pair)
        ratio = settings.LOGIN_FAILURES_PER_ADDRESS // settings.AXES_FAILURE_LIMIT
        return max(int(of_pair), int(of_address) // ratio)

    def reset_user_attempts(
        self, request: HttpRequest, credentials: dict[str, Any] | None = None
    ) -> int:
        """Forget what a name failed at an address; what the address failed with others stays."""
        self.clean_expired_user_attempts(request, credentials)
        of_pair, _of_address = self.get_user_attempts(request, credentials)
        count, _ = of_pair.delete()
        return int(count)


def _is_this_machine(request: Any) -> bool:
    address = request.axes_ip_address  # put there by axes; empty with a Unix socket
    return not address or ip_address(address).is_loopback
