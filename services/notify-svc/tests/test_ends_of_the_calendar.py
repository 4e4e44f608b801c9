"""No instant of any log makes a notice, a digest, quiet hours or a template fail, also at the ends of the calendar."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.testing import given
from contracts.notify import DigestItemCollected, NotificationRequested
from notify_svc.digests import DECIDER as DIGESTS
from notify_svc.digests.items import CollectItem
from notify_svc.notices.attempts import RecordAttemptFailed, StartAttempt
from notify_svc.policies.delivery import DeliveryPolicy
from notify_svc.policies.directory import DirectoryPolicy
from notify_svc.policies.quiet_hours import QuietHoursPolicy
from notify_svc.policies.subscriptions import SubscriptionPolicy
from notify_svc.reactions import react
from notify_svc.rules.rendering import moment
from notify_svc.rules.samples import SAMPLES, envelope_of
from notify_svc.rules.subscriptions import Digest
from notify_svc.rules.timing import instant_of, later, next_time
from notify_svc.service import SERVICE

from .test_notice import under

ENDS = [
    datetime(year, month, day, hour, 59, 59, 999_999, tzinfo=UTC)
    for year, month, day in ((1, 1, 1), (1900, 1, 1), (2999, 12, 31), (9999, 12, 31))
    for hour in (0, 12, 23)
] + [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
INSTANTS = st.sampled_from(ENDS) | st.datetimes(timezones=st.just(UTC))
ZONES = ("UTC", "Asia/Shanghai", "Pacific/Kiritimati", "America/Los_Angeles", "Pacific/Pago_Pago")
HOURS = ("00:00", "08:00", "21:00", "23:59")


@for_all(INSTANTS, st.sampled_from(ZONES), st.sampled_from(HOURS))
def test_quiet_hours_end_at_every_instant(at: datetime, zone: str, hour: str) -> None:
    assert next_time(at, hour, zone) >= at
    until = QuietHoursPolicy(starts=hour, ends="08:00").waits_until(at, "person:a", "email", zone)
    assert until is None or until >= at


@for_all(INSTANTS, st.floats(0, 1e300))
def test_later_is_never_earlier_and_never_fails(at: datetime, seconds: float) -> None:
    assert later(at, seconds=seconds) >= at


@for_all(INSTANTS, INSTANTS, st.sampled_from(sorted(SAMPLES)), st.sampled_from(ZONES))
def test_every_event_is_decided_on_whenever_it_happened(
    happened: datetime, recorded: datetime, event_type: str, zone: str
) -> None:
    rules = tuple(
        rule.model_copy(
            update={"wants_history": True, "delay_minutes": 0 if rule.delay_until or rule.digest else 60 * 24 * 60}
        )
        for rule in SubscriptionPolicy().rules
    )
    book = under(SubscriptionPolicy(rules=rules), DirectoryPolicy(time_zone=zone))
    event = SAMPLES[event_type]
    for request in react(event, replace(envelope_of(event), occurred_at=happened, recorded_at=recorded), book):
        decided = given(SERVICE.decider_of(request), book=book).when(request)
        [requested] = [one for one in decided.outcome if isinstance(one, NotificationRequested)] or [None]
        if requested is not None:
            channel: Any = requested.channels[0]
            started = StartAttempt(requested.notification_id, channel, 1, "t", happened)
            failed = RecordAttemptFailed(requested.notification_id, channel, 1, "x", False, happened, 10**9)
            assert decided.when(started, failed).outcome is not None


@pytest.mark.parametrize("digest", [Digest(minutes=7 * 24 * 60), Digest(until_time="08:00")], ids=["minutes", "until"])
@pytest.mark.parametrize("at", ENDS, ids=str)
def test_a_digest_closes_whenever_it_was_opened(at: datetime, digest: Digest) -> None:
    changed = {"digest": digest, "wants_history": True}
    rules = tuple(
        rule.model_copy(update=changed) for rule in SubscriptionPolicy().rules if rule.id == "payment-overdue-sales"
    )
    book = under(SubscriptionPolicy(rules=rules))
    event = SAMPLES["credit.PaymentOverdue"]
    [collect] = react(event, replace(envelope_of(event), occurred_at=at, recorded_at=at), book)
    assert isinstance(collect, CollectItem)
    assert given(DIGESTS, book=book).when(collect).one(DigestItemCollected).closes_at >= at


def test_pauses_of_a_policy_may_be_longer_than_the_calendar() -> None:
    endless = DeliveryPolicy(delays_s=(0, 10**18), retry_after_max_s=10**18)
    noon = datetime(2024, 2, 1, 12, tzinfo=UTC)
    assert endless.retry_at(noon, 1, "key").year == 2999
    assert endless.first_attempt_at(datetime.max.replace(tzinfo=UTC)) == datetime.max.replace(tzinfo=UTC)


@pytest.mark.parametrize(("year", "hours"), [(1, 14), (9999, -12)])
def test_an_instant_that_utc_cannot_show_is_shown_as_it_was_written(year: int, hours: int) -> None:
    zone = timezone(timedelta(hours=hours))
    edge = datetime(1, 1, 1, tzinfo=zone) if year == 1 else datetime(9999, 12, 31, 23, 59, tzinfo=zone)
    assert moment(edge.isoformat()).startswith(f"{year:04d}" if year > 1 else "")
    assert instant_of(edge.isoformat()) is None
