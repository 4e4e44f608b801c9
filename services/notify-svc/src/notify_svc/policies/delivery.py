"""Policy ``delivery``: when a channel is tried, and how often."""

from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from pydantic import Field

from chassis.policies import Policy
from notify_svc.rules.timing import jitter, later


class DeliveryPolicy(Policy):
    """When a channel is tried: attempt n is ``delays_s[n - 1]`` seconds after the one before; then the next channel.

    Each pause is longer by up to ``jitter_percent``, so that many that failed together come back apart. A receiver that
    requests a pause is heeded, up to ``retry_after_max_s``. Whoever tries has ``lease_s`` seconds to record the outcome.
    """

    NAME: ClassVar[str] = "delivery"
    delays_s: tuple[Annotated[int, Field(ge=0)], ...] = Field(
        default=(0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600), min_length=1
    )
    jitter_percent: int = Field(default=10, ge=0, le=100)
    retry_after_max_s: int = Field(default=24 * 3600, ge=0)
    lease_s: int = Field(default=120, ge=30)
    digest_items_shown: int = Field(default=50, ge=1, le=500)

    @property
    def attempts_max(self) -> int:
        return len(self.delays_s)

    def first_attempt_at(self, since: datetime) -> datetime:
        """When to try the first channel of a notice that may be delivered since an instant."""
        return later(since, seconds=self.delays_s[0])

    def retry_at(self, failed_at: datetime, failed_attempts: int, key: str, requested_s: int = 0) -> datetime:
        """When to try after a number of failed attempts on the channel (0: it takes over); always after ``failed_at``.

        ``requested_s`` is the pause that the receiver requested; ``key`` spreads the jitter.
        """
        base = self.delays_s[failed_attempts]
        pause = base * (1 + jitter(key, failed_attempts) * self.jitter_percent / 100)
        requested = min(requested_s, self.retry_after_max_s)
        return later(failed_at, seconds=max(pause, requested) or timedelta.resolution.total_seconds())
