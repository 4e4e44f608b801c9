"""When a notice is delivered: after the delay of its rule, outside the recipient's quiet hours."""

from datetime import date, datetime

from chassis.business_calendar import day_of
from chassis.policies import PolicyBook
from contracts.notify import Channel
from contracts.personal import Clear, Sealed
from notify_svc.policies.delivery import DeliveryPolicy
from notify_svc.policies.directory import DirectoryPolicy
from notify_svc.policies.quiet_hours import QuietHoursPolicy
from notify_svc.sentences import Sentences


def first_attempt(
    at: datetime, recipient: str, channel: str, urgency: str, policies: PolicyBook
) -> tuple[datetime, str]:
    """The first attempt of what may be delivered from ``at`` on, and why it waits."""
    first = policies.at(DeliveryPolicy, day_of(at, policies)).document.first_attempt_at(at)
    return undisturbed(first, recipient, channel, urgency, policies)


def undisturbed(at: datetime, recipient: str, channel: str, urgency: str, policies: PolicyBook) -> tuple[datetime, str]:
    """``at``, or the end of the recipient's quiet hours with the reason; what is urgent disturbs."""
    if urgency == "urgent":
        return at, ""
    zone = policies.at(DirectoryPolicy, day_of(at, policies)).document.zone_of(recipient)
    quiet = policies.at(QuietHoursPolicy, day_of(at, policies)).document
    later = quiet.waits_until(at, recipient, channel, zone)
    if later is None:
        return at, ""
    return later, Sentences.QUIET_HOURS(starts=quiet.starts, ends=quiet.ends, zone=zone)


def addresses_of(recipient: str, policies: PolicyBook, on: date) -> dict[Channel, Sealed | Clear]:
    """The addresses that are known when a notice is requested; those of endpoints are looked up at each attempt."""
    email = policies.at(DirectoryPolicy, on).document.address_of(recipient)
    return {"email": email} if email else {}
