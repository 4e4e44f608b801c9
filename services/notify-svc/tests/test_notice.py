"""A notice: asked for once, sent by the first channel that takes it, suppressed with a reason, never sent twice."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.policies import Policy, PolicyBook
from chassis.testing import Given, given, policy_book
from contracts import Event
from contracts.notify import (
    Channel,
    DigestItemCollected,
    NotificationAttemptFailed,
    NotificationFailed,
    NotificationRequested,
    NotificationSent,
    NotificationSuppressed,
)
from contracts.personal import Clear
from notify_svc.notices import DECIDER, NoSuchNotice
from notify_svc.notices.attempts import RecordAttemptFailed, RecordSent
from notify_svc.notices.rule_requests import RequestNotice
from notify_svc.policies.delivery import DeliveryPolicy
from notify_svc.policies.directory import DirectoryPolicy
from notify_svc.policies.history import HistoryPolicy
from notify_svc.policies.preferences import Mute, PreferencePolicy
from notify_svc.policies.quiet_hours import QuietHoursPolicy
from notify_svc.policies.subscriptions import SubscriptionPolicy
from notify_svc.reactions import request_notices
from notify_svc.rules.samples import SAMPLES, envelope_of
from notify_svc.service import SERVICE

BOOK = PolicyBook.of(SERVICE.policies)
NOON = datetime(2024, 2, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def under(*documents: Policy) -> PolicyBook:
    """The default policies, with these documents in their place."""
    return policy_book(SERVICE.policies, *documents)


def asked(event_type: str = "supplier.SupplierGraded", book: PolicyBook = BOOK, **around: Any) -> RequestNotice:
    """What the first rule for an event asks for."""
    event = SAMPLES[event_type]
    return request_notices(
        event, replace(envelope_of(event), occurred_at=NOON, **{"recorded_at": NOON, **around}), book
    )[0]


def a_notice(request: RequestNotice | None = None, book: PolicyBook = BOOK) -> Given:
    """Nothing has been asked for yet, or the notice that a request makes."""
    return given(DECIDER, book=book) if request is None else given(DECIDER, book=book).when(request)


def failed(
    attempt: int, channel: Channel = "email", at: datetime = NOON, for_good: bool = False
) -> RecordAttemptFailed:
    return RecordAttemptFailed(asked().notification_id, channel, attempt, "no answer", for_good, at)


def sent(channel: Channel = "email", attempt: int = 1) -> RecordSent:
    return RecordSent(
        asked().notification_id, "supplier:S-1", channel, Clear("supplier.S-1@standing.example"), "<ref>", attempt
    )


def test_a_request_makes_a_notice_with_its_words_and_its_cause() -> None:
    told = a_notice(asked()).one(NotificationRequested)
    assert told.recipient == "supplier:S-1"
    assert told.subject == "Quality grade for 2024-01: C"
    assert told.channels == ("email", "inbox")
    assert told.addresses == {"email": Clear("supplier.S-1@standing.example")}
    assert (told.about, told.period, told.deliver_at) == ("S-1", "2024-01", NOON)
    assert told.cause.rule == "supplier-grade"


def test_a_recipient_without_an_address_has_the_inbox_only() -> None:
    book = under(DirectoryPolicy(domain=None))
    assert a_notice(asked(book=book), book).one(NotificationRequested).addresses == {}


def test_a_second_request_for_the_same_subject_rule_and_period_is_nothing_new() -> None:
    a_notice().when(asked(), asked(id="another")).then(NotificationRequested)


@pytest.mark.parametrize("fate", [sent(), failed(1, for_good=True), failed(1)])
def test_whatever_became_of_a_notice_it_is_not_asked_for_again(fate: Any) -> None:
    a_notice(asked()).when(fate).when(asked()).then()


def test_a_notice_that_a_channel_took_is_sent() -> None:
    told = a_notice(asked()).when(sent()).one(NotificationSent)
    assert (told.recipient, told.channel, told.attempt) == ("supplier:S-1", "email", 1)


def test_a_sending_told_twice_is_one_sending() -> None:
    a_notice(asked()).when(sent(), sent(), failed(2)).then(NotificationSent)


def test_a_failed_attempt_is_tried_again_after_the_delay_and_a_little_longer() -> None:
    told = a_notice(asked()).when(failed(1)).one(NotificationAttemptFailed)
    assert told.next_channel == "email"
    assert timedelta(seconds=5) <= told.retry_at - NOON <= timedelta(seconds=5.5)


def test_a_failure_told_twice_is_one_failure() -> None:
    a_notice(asked()).when(failed(1), failed(1)).then(NotificationAttemptFailed)


def test_the_delays_are_5_s_5_min_30_min_2_h_5_h_10_h_and_then_the_next_channel_takes_over() -> None:
    book = under(DeliveryPolicy(jitter_percent=0))
    morning = datetime(2024, 2, 1, 0, 30, tzinfo=UTC)  # 08:30 in Shanghai
    told = a_notice(asked(), book).when(*(failed(n, at=morning) for n in range(1, 8))).outcome
    assert isinstance(told, tuple)
    failures = [each for each in told if isinstance(each, NotificationAttemptFailed)]
    waits = [(each.retry_at - morning).total_seconds() for each in failures]
    assert waits == [5, 300, 1800, 7200, 18000, 36000, 1e-06]
    assert [each.next_channel for each in failures] == ["email"] * 6 + ["inbox"]


@for_all(st.integers(1, 6), st.uuids())
def test_every_pause_is_longer_by_up_to_a_tenth_and_the_same_for_the_same_notice(attempt: int, key: uuid.UUID) -> None:
    delivery = DeliveryPolicy()
    pause = (delivery.retry_at(NOON, attempt, str(key)) - NOON).total_seconds()
    assert delivery.delays_s[attempt] <= pause <= delivery.delays_s[attempt] * 1.1
    assert delivery.retry_at(NOON, attempt, str(key)) == delivery.retry_at(NOON, attempt, str(key))


def test_a_receiver_that_says_when_to_come_back_is_heeded() -> None:
    told = a_notice(asked()).when(replace(failed(1), retry_after_s=1200)).one(NotificationAttemptFailed)
    assert told.retry_at == NOON + timedelta(minutes=20)


def test_a_receiver_that_wants_to_be_left_alone_for_a_year_is_asked_again_in_a_day() -> None:
    book = under(QuietHoursPolicy(starts="00:00", ends="00:00"))
    told = a_notice(asked(), book).when(replace(failed(1), retry_after_s=365 * 86_400)).one(NotificationAttemptFailed)
    assert told.retry_at == NOON + DAY


def test_a_retry_that_falls_into_the_night_waits_for_the_morning() -> None:
    late = datetime(2024, 2, 1, 12, 59, 58, tzinfo=UTC)  # 20:59:58 in Shanghai
    told = a_notice(asked()).when(failed(1, at=late)).one(NotificationAttemptFailed)
    assert told.retry_at == datetime(2024, 2, 2, tzinfo=UTC)


def test_a_channel_that_fails_for_good_gives_way_at_once() -> None:
    told = a_notice(asked()).when(failed(1, for_good=True)).one(NotificationAttemptFailed)
    assert told.next_channel == "inbox"


def test_when_no_channel_is_left_the_notice_has_failed() -> None:
    after = a_notice(asked()).when(failed(1, for_good=True), failed(1, "inbox", for_good=True))
    after.then(NotificationAttemptFailed, NotificationFailed).when(failed(2, "inbox")).then()


def test_a_late_word_of_the_channel_before_changes_nothing() -> None:
    a_notice(asked()).when(failed(1, for_good=True)).when(failed(2)).then()


@for_all(st.integers(0, 86_400_000), st.integers(1, 6))
def test_a_retry_is_always_later_than_the_failure(milliseconds: int, attempt: int) -> None:
    at = NOON + timedelta(milliseconds=milliseconds)
    fails = [failed(n, at=at) for n in range(1, attempt)]
    for last in (failed(attempt, at=at), failed(attempt, at=at, for_good=True)):
        told = a_notice(asked()).when(*fails).when(last).one(NotificationAttemptFailed)
        assert told.retry_at > at


def test_a_result_for_a_notice_that_nobody_asked_for_is_refused() -> None:
    a_notice().when(sent()).then_refused(NoSuchNotice, "There is no notice")


def test_what_is_recorded_two_days_late_is_told_and_later_is_history() -> None:
    a_notice(asked(recorded_at=NOON + 2 * DAY)).then(NotificationRequested)
    told = a_notice(asked(recorded_at=NOON + 3 * DAY)).one(NotificationSuppressed)
    assert told.because == (
        "It happened on 2024-02-01 and was recorded on 2024-02-04; "
        "the rule supplier-grade notifies nobody of what is recorded more than 2 days late."
    )
    assert (told.about, told.period, told.cause.rule) == ("S-1", "2024-01", "supplier-grade")


def test_history_in_simulated_time_is_now_and_is_told() -> None:
    long_ago = datetime(2017, 3, 1, tzinfo=UTC)
    event = SAMPLES["supplier.SupplierGraded"]
    a_notice(
        request_notices(event, replace(envelope_of(event), occurred_at=long_ago, recorded_at=long_ago), BOOK)[0]
    ).then(NotificationRequested)


def test_what_happened_before_the_day_of_an_import_is_told_to_nobody_but_to_rules_that_want_history() -> None:
    imported = HistoryPolicy(told_from=date(2024, 2, 2))
    told = a_notice(asked(), under(imported)).one(NotificationSuppressed)
    assert told.because == "It happened on 2024-02-01; what happened before 2024-02-02 is history."
    a_notice(asked(), under(HistoryPolicy(told_from=date(2024, 2, 1)))).then(NotificationRequested)
    rules = tuple(rule.model_copy(update={"wants_history": True}) for rule in SubscriptionPolicy().rules)
    wanted = under(SubscriptionPolicy(rules=rules))
    a_notice(asked(book=wanted), wanted.with_only(imported)).then(NotificationRequested)


def test_a_rule_that_wants_history_is_told_of_it() -> None:
    rules = tuple(rule.model_copy(update={"wants_history": True}) for rule in SubscriptionPolicy().rules)
    book = under(SubscriptionPolicy(rules=rules))
    a_notice(asked(book=book, recorded_at=NOON + 900 * DAY), book).then(NotificationRequested)


def test_a_restatement_of_the_last_quarter_is_news() -> None:
    late = asked("supplier.SupplierGradeRestated", recorded_at=NOON + 60 * DAY)
    a_notice(late).then(NotificationRequested)
    a_notice(asked("supplier.SupplierGradeRestated", recorded_at=NOON + 100 * DAY)).then(NotificationSuppressed)


def test_what_a_recipient_switched_off_is_suppressed_with_that_reason() -> None:
    book = under(PreferencePolicy(muted={"role:account-owner": ("customer-tier-moved",)}))
    told = a_notice(asked("customer.CustomerTierChanged", book), book).one(NotificationSuppressed)
    assert told.because == "role:account-owner has switched off the rule customer-tier-moved."


def test_a_recipient_may_switch_off_a_topic_or_only_a_channel_of_it() -> None:
    event = "supplier.PreferredSourceNamed"
    no_topic = under(PreferencePolicy(muted={"supplier:S-1": (Mute(topic="supplier-grades"),)}))
    a_notice(asked(event, no_topic), no_topic).then(NotificationSuppressed)
    no_mail = under(PreferencePolicy(muted={"supplier:S-1": (Mute(topic="supplier-grades", channels=("email",)),)}))
    told = a_notice(asked(event, no_mail), no_mail).one(NotificationRequested)
    assert told.channels == ("inbox",)


def test_a_grade_result_cannot_be_switched_off() -> None:
    book = under(PreferencePolicy(muted={"supplier:S-1": ("supplier-grade",)}))
    a_notice(asked(book=book), book).then(NotificationRequested)


def told_in_all(events: list[tuple[Event, str]]) -> dict[str, list[Any]]:
    """Every stream after these events (with their ids) were reacted to, one after the other."""
    streams: dict[str, list[Any]] = {}
    for event, event_id in events:
        for command in request_notices(event, replace(envelope_of(event), id=event_id), BOOK):
            decider = SERVICE.decider_of(command)
            facts = streams.setdefault(decider.stream(command), [])
            outcome = given(decider, *facts, book=BOOK).when(command).outcome
            assert isinstance(outcome, tuple)
            facts.extend(outcome)
    return streams


TOLD = st.lists(st.tuples(st.sampled_from(sorted(SAMPLES)), st.sampled_from(["S-1", "S-2"])), max_size=8)


@for_all(TOLD, st.randoms())
def test_an_event_told_again_in_any_order_gives_one_notice_per_recipient(
    told: list[tuple[str, str]], random: Any
) -> None:
    once = [(_of(event_type, partner), f"{event_type}/{partner}") for event_type, partner in dict.fromkeys(told)]
    many = once * 2
    random.shuffle(many)
    streams = told_in_all(many)
    assert {stream: sorted(facts, key=repr) for stream, facts in streams.items()} == {
        stream: sorted(facts, key=repr) for stream, facts in told_in_all(once).items()
    }
    for facts in streams.values():
        listed = [fact.item_id for fact in facts if isinstance(fact, DigestItemCollected)]
        assert len(listed) == len(set(listed)), "a list names nothing twice"
        assert listed or len([fact for fact in facts if isinstance(fact, NotificationRequested)]) == 1


@for_all(st.lists(st.sampled_from(["A", "B", "C", "D"]), min_size=1, max_size=5))
def test_events_of_one_subject_rule_and_period_give_one_notice(grades: list[str]) -> None:
    event: Any = SAMPLES["supplier.SupplierGraded"]
    gradings = [event.model_copy(update={"grading": event.grading.model_copy(update={"grade": g})}) for g in grades]
    streams = told_in_all([(grading, f"E-{n}") for n, grading in enumerate(gradings)])
    facts = [fact for facts in streams.values() for fact in facts if isinstance(fact, NotificationRequested)]
    assert [fact.recipient for fact in facts].count("supplier:S-1") == 1
    assert len({(fact.recipient, fact.cause.rule) for fact in facts}) == len(facts)


def _of(event_type: str, partner: str) -> Event:
    """The sample as it would be for another partner: with its ids, and those of its invoices, cases and orders."""
    event = SAMPLES[event_type]
    ids = [name for name in type(event).model_fields if name.endswith(("_id", "_code")) and getattr(event, name)]
    return event.model_copy(update={name: f"{partner}/{name}" for name in ids})
