"""When the queue tries an effect again."""

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from installations.errors import NotInstalledError, RejectedError, TemporaryError

MAX_ATTEMPTS = 8
MAX_TURNS = 100  # when Slack says how long to wait
LONGEST_WAIT = 300  # seconds
LONGEST_ASKED = 3600  # seconds; a proxy can ask for any number


class SlackRetry(BaseRetryStrategy):
    """Waits as long as Slack asks, else twice as long each time; never repeats a refusal."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, NotInstalledError | RejectedError):
            return None
        waits_its_turn = isinstance(exception, TemporaryError) and exception.code == "ratelimited"
        if job.attempts >= (MAX_TURNS if waits_its_turn else MAX_ATTEMPTS):
            return None
        return RetryDecision(retry_in={"seconds": _wait(exception, job.attempts)})


RETRY = SlackRetry()


def _wait(exception: BaseException, attempts: int) -> int:
    if isinstance(exception, TemporaryError) and exception.retry_after is not None:
        return min(LONGEST_ASKED, exception.retry_after)
    return int(min(LONGEST_WAIT, 2**attempts))
