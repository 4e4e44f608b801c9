"""Policy ``quiet-hours``: when people are left alone."""

from datetime import datetime
from typing import ClassVar

from chassis.policies import Policy
from contracts.notify import Channel, Recipient
from notify_svc.rules.timing import TimeOfDay, is_within, next_time


class QuietHoursPolicy(Policy):
    """When people are left alone: what is not urgent waits until ``ends`` on the recipient's clock.

    Equal hours: never. Other machines and the inbox do not sleep, so only ``channels`` wait.
    """

    NAME: ClassVar[str] = "quiet-hours"
    starts: TimeOfDay = "21:00"
    ends: TimeOfDay = "08:00"
    channels: tuple[Channel, ...] = ("email", "chat", "sms")
    awake: tuple[Recipient, ...] = ()

    def waits_until(self, at: datetime, recipient: str, channel: str, zone: str) -> datetime | None:
        """When a notice that would be delivered at ``at`` is delivered instead; None when it need not wait."""
        disturbs = channel in self.channels and recipient not in self.awake
        if not disturbs or not is_within(at, self.starts, self.ends, zone):
            return None
        return next_time(at, self.ends, zone)
