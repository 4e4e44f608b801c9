"""A template that a real event cannot fill: its rule's notice is dead with the sentence, the others go out, a person mends it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.policies import Policy, PolicyBook
from chassis.testing import Given, envelope, given, replay
from contracts import Event
from contracts.notify import (
    NotificationFailed,
    NotificationRedriven,
    NotificationRequested,
    NotificationSent,
    NotificationSuppressed,
    NotificationUnrendered,
    PolicyPublished,
)
from notify_svc.delivery.courier import Delivery
from notify_svc.digests.items import CollectItem
from notify_svc.notices import DECIDER
from notify_svc.notices.acknowledgements import Acknowledge, EscalateNotice, MarkRead, NoWordsYet
from notify_svc.notices.attempts import RecordAttemptFailed, StartAttempt
from notify_svc.notices.redrives import NoSuchRule, NotFailed, Redrive
from notify_svc.policies.history import HistoryPolicy
from notify_svc.policies.preferences import PreferencePolicy
from notify_svc.policies.subscriptions import SubscriptionPolicy
from notify_svc.policies.templates import TemplatePolicy
from notify_svc.reactions import request_notices
from notify_svc.read_models import notification
from notify_svc.rules.samples import SAMPLES, envelope_of
from notify_svc.rules.subscriptions import Digest
from notify_svc.rules.templates import NoticeTemplate, TemplateDoesNotRender, Text
from notify_svc.timers import delivery_due, escalation_due, lease_due

from .test_notice import BOOK, NOON, under

GRADED = "supplier.SupplierGraded"
SENTENCE = "The template supplier-grade in en does not render: 'None' has no attribute 'lower'"
HOUR = timedelta(hours=1)


def worded(name: str, event: str, body: str) -> TemplatePolicy:
    """The default words, but these for one template."""
    own = NoticeTemplate(event=event, texts={"en": Text(subject="Told", body=body)})
    return TemplatePolicy(templates={**TemplatePolicy().templates, name: own})


def also(book: PolicyBook, document: Policy, since: date = date(2024, 1, 1), version: int = 3) -> PolicyBook:
    """The book with one more document published, in force since a day."""
    published = PolicyPublished(
        name=document.NAME, policy_version=version, effective_from=since, document=document.model_dump(mode="json"),
        reason="test",
    )  # fmt: skip
    return book.with_published(published)


BROKEN = under(worded("supplier-grade", GRADED, "Before: {{ previous_standing.lower() }}"))
"""Fills the sample, which has a standing before; fails for a supplier that is graded for the first time."""
MENDED = also(BROKEN, TemplatePolicy(), since=date(2024, 2, 2))
TOMORROW = NOON + timedelta(days=1)


def first_grade(book: PolicyBook, event_id: str = "E-1") -> list[Any]:
    """What a first grade of C asks for: the supplier's notice, and those of quality head and buyer by another rule."""
    event = SAMPLES[GRADED].model_copy(update={"previous_standing": None})
    return list(
        request_notices(event, replace(envelope_of(event), id=event_id, occurred_at=NOON, recorded_at=NOON), book)
    )


N = first_grade(BROKEN)[0].notification_id


def redrive(at: Any = TOMORROW) -> Redrive:
    return Redrive(N, "li.na", "The template is mended.", at)


def a_dead_notice(book: PolicyBook = BROKEN) -> Given:
    """The supplier's notice, asked for while its template was broken; what comes is decided under ``book``."""
    return replace(given(DECIDER, book=BROKEN).when(first_grade(BROKEN)[0]).then(NotificationUnrendered), book=book)


def fate(*events: Event) -> notification.Row:
    told = [(each, envelope(n, at=NOON + n * HOUR)) for n, each in enumerate(events)]
    [row] = replay(notification.MODEL, told).values()
    assert isinstance(row, notification.Row)
    return row


# --- only that rule's notice does not go out ---------------------------------------------------------


def test_a_template_that_a_real_event_cannot_fill_stops_the_notice_of_its_rule_and_no_other() -> None:
    fates = {
        request.recipient: given(DECIDER, book=BROKEN).when(request).outcome for request in first_grade(BROKEN)
    }  # fmt: skip
    assert {who: [type(event) for event in told] for who, told in fates.items() if isinstance(told, tuple)} == {
        "supplier:S-1": [NotificationUnrendered],
        "role:quality-head": [NotificationRequested, NotificationSent],
        "role:buyer": [NotificationRequested, NotificationSent],
    }


def test_a_notice_without_words_says_what_is_wrong_and_keeps_what_they_are_made_of() -> None:
    unworded = given(DECIDER, book=BROKEN).when(first_grade(BROKEN)[0]).one(NotificationUnrendered)
    assert unworded.error.startswith(SENTENCE)
    assert (unworded.cause.rule, unworded.cause.event_id, unworded.about) == ("supplier-grade", "E-1", "S-1")
    assert unworded.facts == first_grade(BROKEN)[0].facts
    assert NotificationUnrendered.model_validate_json(unworded.model_dump_json()) == unworded


def test_a_rule_whose_template_is_not_there_has_no_words_either() -> None:
    book = under(TemplatePolicy(templates={}))
    unworded = given(DECIDER, book=book).when(first_grade(book)[0]).one(NotificationUnrendered)
    assert unworded.error == "The template supplier-grade in en does not render: there is no such template."


def test_what_nobody_is_to_be_told_is_suppressed_whatever_its_template() -> None:
    book = also(BROKEN, HistoryPolicy(told_from=date(2024, 2, 2)), version=2)
    given(DECIDER, book=book).when(first_grade(book)[0]).then(NotificationSuppressed)


# --- told again ----------------------------------------------------------------------------------------


@for_all(st.lists(st.sampled_from(["E-1", "E-1 again", "another"]), min_size=1, max_size=6), st.booleans())
def test_the_same_event_told_again_changes_nothing_also_when_the_template_was_mended(
    ids: list[str], is_mended: bool
) -> None:
    after = a_dead_notice(MENDED if is_mended else BROKEN)
    after.when(*(first_grade(after.book, each)[0] for each in ids)).then()


def test_a_notice_that_went_out_is_not_dead_because_its_template_broke_since() -> None:
    sent = given(DECIDER, book=BOOK).when(first_grade(BOOK)[0]).then(NotificationRequested)
    replace(sent, book=BROKEN).when(first_grade(BROKEN)[0]).then()


def test_all_notices_have_the_same_ids_whether_the_template_is_broken_or_not() -> None:
    ids = [[DECIDER.stream(request) for request in first_grade(book)] for book in (BOOK, BROKEN, MENDED)]
    assert ids[0] == ids[1] == ids[2]


def test_a_replay_asks_for_the_same_recipients_in_the_same_order_with_or_without_words_for_a_digest() -> None:
    rules = tuple(
        rule.model_copy(update={"digest": Digest(minutes=15)}) if rule.id == "supplier-grade" else rule
        for rule in SubscriptionPolicy().rules
    )
    asked = [first_grade(also(book, SubscriptionPolicy(rules=rules))) for book in (BOOK, BROKEN)]
    requests = [[one.notice if isinstance(one, CollectItem) else one for one in each] for each in asked]
    assert [[one.recipient for one in each] for each in requests] == [
        ["supplier:S-1", "role:quality-head", "role:buyer"]
    ] * 2
    assert [one.notification_id for one in requests[0]] == [one.notification_id for one in requests[1]]
    assert [isinstance(each[0], CollectItem) for each in asked] == [True, False]


def test_nothing_is_sent_read_or_escalated_of_a_notice_without_words() -> None:
    dead = a_dead_notice()
    failed = RecordAttemptFailed(N, "email", 1, "no answer", for_good=True, at=NOON)
    dead.when(StartAttempt(N, "email", 1, "t", NOON), failed, EscalateNotice(N, 1, "N-2")).then()
    dead.when(MarkRead(N, "li.na")).then_refused(NoWordsYet, "has not been rendered yet")
    dead.when(Acknowledge(N, "li.na")).then_refused(NoWordsYet, "redrive it first")


# --- a person mends it -----------------------------------------------------------------------------------


def test_a_redrive_after_the_template_was_mended_tells_it_with_the_words_of_that_day() -> None:
    after = a_dead_notice(MENDED).when(redrive()).then(NotificationRedriven, NotificationRequested)
    told = after.one(NotificationRequested)
    assert (told.subject, told.deliver_at) == ("Quality grade for 2024-01: C", TOMORROW)
    assert (told.recipient, told.channels) == ("supplier:S-1", ("email", "inbox"))
    assert (told.cause.event_id, told.about, told.period) == ("E-1", "S-1", "2024-01")


def test_a_notice_is_redriven_once() -> None:
    told = a_dead_notice(MENDED).when(redrive())
    told.when(redrive()).then_refused(NotFailed)
    told.when(first_grade(MENDED)[0]).then()


@pytest.mark.parametrize(("book", "at"), [(BROKEN, TOMORROW), (MENDED, NOON)], ids=["not mended", "mended tomorrow"])
def test_a_redrive_while_there_are_no_words_is_refused_with_the_same_sentence(book: PolicyBook, at: Any) -> None:
    a_dead_notice(book).when(redrive(at)).then_refused(TemplateDoesNotRender, SENTENCE)


@pytest.mark.parametrize("others", [(), ("credit.PaymentOverdue",)], ids=["taken away", "for another event now"])
def test_a_redrive_by_a_rule_that_is_not_in_force_any_more_is_refused(others: tuple[str, ...]) -> None:
    rules = [rule for rule in SubscriptionPolicy().rules if rule.event in others][:1]
    renamed = tuple(rule.model_copy(update={"id": "supplier-grade"}) for rule in rules)
    book = also(MENDED, SubscriptionPolicy(rules=renamed), version=2)
    a_dead_notice(book).when(redrive()).then_refused(NoSuchRule, "No rule supplier-grade for supplier.SupplierGraded")


def test_who_switched_it_off_meanwhile_is_not_told_and_the_notice_says_so() -> None:
    rules = tuple(rule.model_copy(update={"mandatory": False}) for rule in SubscriptionPolicy().rules)
    voluntary = also(MENDED, SubscriptionPolicy(rules=rules), version=2)
    book = also(voluntary, PreferencePolicy(muted={"supplier:S-1": ("supplier-grade",)}), version=2)
    after = a_dead_notice(book).when(redrive()).then(NotificationRedriven, NotificationSuppressed)
    assert fate(*after.facts).status == "suppressed"


def test_a_delay_counts_from_the_event_and_not_from_the_redrive() -> None:
    rules = tuple(
        rule if rule.digest else rule.model_copy(update={"delay_minutes": 30 * 60})
        for rule in SubscriptionPolicy().rules
    )
    book = also(MENDED, SubscriptionPolicy(rules=rules), version=2)
    told = a_dead_notice(book).when(redrive()).one(NotificationRequested)
    assert told.waits_because == "Quiet hours from 21:00 to 08:00 in Asia/Shanghai."  # 02:00 there: NOON and 30 hours
    assert told.deliver_at == NOON + 36 * HOUR


# --- where people look -----------------------------------------------------------------------------------


def test_it_is_listed_among_the_dead_with_its_sentence_and_is_in_no_inbox_and_no_queue() -> None:
    dead = a_dead_notice().facts
    row = fate(*dead)
    assert row.status == fate(*dead, NotificationFailed(
        notification_id=N, recipient="supplier:S-1", channel="inbox", attempt=7, error="gone"
    )).status == "failed"  # fmt: skip
    assert (row.because or "").startswith(SENTENCE)
    assert (row.deliver_at, row.subject, row.topic) == (None, None, "supplier-grades")
    for model in (delivery_due.TODO, lease_due.TODO, escalation_due.TODO):
        assert NotificationUnrendered not in model.handles


def test_redriven_it_waits_in_its_lane_and_says_who_wanted_it_and_when_it_happened() -> None:
    facts = a_dead_notice(MENDED).when(redrive()).facts
    row = fate(*facts)
    assert (row.status, row.because) == ("requested", "li.na had it tried again: The template is mended.")
    assert (row.happened_at, row.deliver_at) == (NOON, TOMORROW)
    [due] = replay(delivery_due.TODO, list(facts[1:])).values()
    assert isinstance(due, Delivery)
    assert (due.due_at, due.channel, due.attempt) == (TOMORROW, "email", 1)


# --- digests -----------------------------------------------------------------------------------------------


def test_an_item_without_words_waits_in_no_digest_and_is_dead_by_itself_while_the_others_are_collected() -> None:
    rules = tuple(
        rule.model_copy(update={"digest": Digest(minutes=15)}) if rule.id == "payment-overdue-sales" else rule
        for rule in SubscriptionPolicy().rules
    )
    name = next(rule.template for rule in rules if rule.id == "payment-overdue-sales")
    words = worded(name, "credit.PaymentOverdue", "{{ 1 / (open_amount | float - 5) }}")
    book = also(under(words), SubscriptionPolicy(rules=rules), version=2)
    overdue = SAMPLES["credit.PaymentOverdue"]
    of_five = overdue.model_copy(update={"open_amount": type(overdue.open_amount)(5)})  # type: ignore[attr-defined]
    [collected] = [one for one in request_notices(overdue, envelope_of(overdue), book) if isinstance(one, CollectItem)]
    assert collected.subject == "Told"
    [dead] = [
        one for one in request_notices(of_five, envelope_of(of_five), book) if one.recipient == "role:salesperson"
    ]  # type: ignore[union-attr]
    unworded = given(DECIDER, book=book).when(dead).one(NotificationUnrendered)
    assert "division by zero" in unworded.error
