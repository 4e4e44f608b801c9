"""A digest: collected for some minutes or until an hour, told once, never losing what comes late; bounded."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.policies import PolicyBook
from chassis.testing import Given, given, replay
from contracts.notify import DigestClosed, DigestItemCollected
from notify_svc.digests import DECIDER
from notify_svc.digests.items import CollectItem
from notify_svc.digests.rounds import CloseDigest
from notify_svc.digests.state import SEEN_MAX
from notify_svc.digests.state import Digest as State
from notify_svc.policies.preferences import PreferencePolicy
from notify_svc.policies.subscriptions import SubscriptionPolicy
from notify_svc.policies.templates import TemplatePolicy
from notify_svc.reactions import request_notices
from notify_svc.rules.samples import DIGEST, SAMPLES, envelope_of
from notify_svc.rules.subscriptions import Digest, Rule
from notify_svc.rules.templates import NoticeTemplate, Text
from notify_svc.service import SERVICE
from notify_svc.timers import digest_due

from .test_notice import NOON, under

OVERDUE: Any = SAMPLES["credit.PaymentOverdue"]
MINUTE = timedelta(minutes=1)


def rule(**digest: Any) -> Rule:
    return Rule(
        id="overdue-digest", event="credit.PaymentOverdue", audience=("role:salesperson",), about="invoice_id",
        period="due_on", channels=("email",), template="payment-overdue-sales", digest=Digest(**digest),
    )  # fmt: skip


def book(**digest: Any) -> PolicyBook:
    return under(SubscriptionPolicy(rules=(rule(**digest),)))


def collect(invoice: str, at: datetime = NOON, under_book: PolicyBook | None = None, **changes: Any) -> CollectItem:
    event = OVERDUE.model_copy(update={"invoice_id": invoice, **changes})
    envelope = replace(envelope_of(event), id=f"E-{invoice}", occurred_at=at, recorded_at=at)
    [command] = request_notices(event, envelope, under_book or book(minutes=15))
    assert isinstance(command, CollectItem)
    return command


def a_digest(*commands: Any, under_book: PolicyBook | None = None) -> Given:
    return given(DECIDER, book=under_book or book(minutes=15)).when(*commands)


def close(items: int, round: int = 1) -> CloseDigest:
    return CloseDigest(collect("I-1").digest_id, "role:salesperson", round, items, f"notice {round}")


def test_what_comes_within_fifteen_minutes_of_the_first_is_told_with_it() -> None:
    told = a_digest(collect("I-1"), collect("I-2", NOON + 14 * MINUTE)).outcome
    assert isinstance(told, tuple)
    assert [event.closes_at for event in told if isinstance(event, DigestItemCollected)] == [NOON + 15 * MINUTE] * 2
    assert [event.subject for event in told if isinstance(event, DigestItemCollected)] == [
        "Customer C-1: invoice I-1 is overdue",
        "Customer C-1: invoice I-2 is overdue",
    ]


def test_a_digest_until_an_hour_closes_when_the_recipients_clock_shows_it() -> None:
    until_five = book(until_time="17:00")  # Shanghai: 09:00 UTC
    told = a_digest(collect("I-1", under_book=until_five), under_book=until_five).one(DigestItemCollected)
    assert told.closes_at == datetime(2024, 2, 2, 9, tzinfo=UTC)


def test_the_same_thing_told_twice_is_collected_once_also_after_the_digest_was_told() -> None:
    a_digest(collect("I-1"), collect("I-1")).then(DigestItemCollected)
    a_digest(collect("I-1"), close(1)).when(collect("I-1")).then()


def test_what_comes_after_the_round_is_the_next_round() -> None:
    late = a_digest(collect("I-1"), close(1)).when(collect("I-2", NOON + 20 * MINUTE)).one(DigestItemCollected)
    assert (late.round, late.closes_at) == (2, NOON + 35 * MINUTE)


def test_what_came_while_the_round_was_being_told_is_not_lost() -> None:
    after = a_digest(collect("I-1"), collect("I-2")).when(close(1)).then(DigestClosed)
    assert after.state.waiting == 1
    after.when(close(1, round=2)).then(DigestClosed)


def test_a_round_is_closed_once() -> None:
    a_digest(collect("I-1"), close(1)).when(close(1), close(1, round=2)).then()


def test_digests_are_kept_apart_by_subject_and_by_month() -> None:
    by_customer = book(minutes=15, by="customer_id")
    ids = {
        collect("I-1", under_book=by_customer).digest_id,
        collect("I-2", under_book=by_customer, customer_id="C-2").digest_id,
        collect("I-3", datetime(2024, 3, 1, 12, tzinfo=UTC), by_customer).digest_id,
    }
    assert len(ids) == 3
    assert collect("I-1").digest_id == collect("I-2", customer_id="C-2").digest_id


def test_what_a_recipient_switched_off_is_suppressed_and_waits_in_no_digest() -> None:
    rules, preferences = (
        SubscriptionPolicy(rules=(rule(minutes=15),)),
        PreferencePolicy(muted={"role:salesperson": ("overdue-digest",)}),
    )
    muted = under(rules, preferences)
    [command] = request_notices(OVERDUE, envelope_of(OVERDUE), muted)
    assert not isinstance(command, CollectItem)


@pytest.mark.parametrize(
    ("digest", "sentence"),
    [({}, "either for some minutes or until an hour"), ({"minutes": 5, "until": "17:00"}, "give one of the two")],
)
def test_a_digest_that_cannot_work_is_refused(digest: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Digest(**digest)


@settings(deadline=None)
@for_all(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60)), max_size=30), st.data())
def test_everything_collected_is_told_once_whatever_order_it_comes_in(items: list[tuple[int, int]], data: Any) -> None:
    at = given(DECIDER, book=book(minutes=15))
    closed = 0
    for invoice, minute in items:
        at = at.when(collect(f"I-{invoice}", NOON + minute * MINUTE))
        if at.state.waiting and data.draw(st.booleans()):
            count = data.draw(st.integers(1, at.state.waiting))
            at = at.when(close(count, at.state.round))
            closed += count
    assert closed + at.state.waiting == len({invoice for invoice, _ in items})


def test_a_digest_of_ten_thousand_items_stays_small() -> None:
    item: Any = a_digest(collect("I-1")).one(DigestItemCollected)
    state: State = DECIDER.initial
    rows: dict[Any, Any] = {}
    for number in range(10_000):
        event = item.model_copy(update={"item_id": f"{number}"})
        state = DECIDER.evolve(state, event)
        rows["row"] = digest_due.evolve(("d",), rows.get("row"), event, envelope_of(event))
    assert state.waiting == rows["row"].collected == 10_000
    assert len(state.seen) + len(state.seen_before) <= 2 * SEEN_MAX + 1
    assert len(rows["row"].items) == digest_due.ITEMS_MAX


def test_the_words_of_a_digest_list_fifty_and_count_the_rest() -> None:
    collected = [
        event for number in range(60) for event in (a_digest(collect(f"I-{number}")).one(DigestItemCollected),)
    ]
    [row] = replay(digest_due.TODO, collected).values()
    words = digest_due.text_of(row, PolicyBook.of(SERVICE.policies), "en")
    assert words.subject == "60 notices: Customer C-1: invoice I-0 is overdue …"
    assert words.body.count("- Customer") == 50
    assert words.body.endswith("and 10 more, in the inbox.")


@pytest.mark.parametrize(
    "templates",
    [{}, {"digest": NoticeTemplate(event=DIGEST, texts={"en": Text(subject="{{ items[0].about[0] }}", body="x")})}],
    ids=["none", "one that these items cannot fill"],
)
def test_a_digest_finds_words_whatever_the_templates_say(templates: dict[str, NoticeTemplate]) -> None:
    [row] = replay(digest_due.TODO, [a_digest(collect("I-1")).one(DigestItemCollected)]).values()
    row = replace(row, items=[{"item_id": "N", "subject": "An invoice is overdue", "about": ""}])
    words = digest_due.text_of(row, under(TemplatePolicy(templates=templates)), "en")
    assert words.subject == "1 notice: An invoice is overdue"
