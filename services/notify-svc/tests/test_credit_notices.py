"""What credit-svc tells twice is told twice, what is over is told no more, and what is unknown is said once."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts import Event
from contracts.credit import DebtorPlaceNoted, LimitationRestarted
from notify_svc.matters import EndMatter
from notify_svc.notices.rule_requests import RequestNotice, rendered
from notify_svc.reactions import react
from notify_svc.rules.samples import SAMPLES, envelope_of

from .test_notice import BOOK


def asked(event: Event, event_id: str) -> list[RequestNotice]:
    requests = react(event, replace(envelope_of(event), id=event_id), BOOK)
    return [one for one in requests if isinstance(one, RequestNotice)]


def ids(event: Event, event_id: str) -> set[str]:
    return {one.notification_id for one in asked(event, event_id)}


STEP: Any = SAMPLES["credit.CollectionStepTaken"]
OVERDUE: Any = SAMPLES["credit.PaymentOverdue"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (STEP, STEP.model_copy(update={"oldest_invoice_id": "I-2", "taken_on": date(2024, 5, 6)})),
        (OVERDUE, OVERDUE.model_copy(update={"overdue_since": date(2024, 4, 10)})),
    ],
    ids=["a step taken again for a younger item", "a cheque that bounced"],
)
def test_what_happens_a_second_time_is_told_a_second_time(first: Event, second: Event) -> None:
    assert ids(first, "E-1") == ids(first, "E-1")
    assert len(ids(first, "E-1")) == len(ids(second, "E-2")) > 0
    assert not ids(first, "E-1") & ids(second, "E-2")


def test_a_limitation_that_began_anew_ends_what_is_said_of_its_near_end() -> None:
    anew = LimitationRestarted(
        invoice_id="I-1", customer_id="C-1", by="promise", restarted_on=date(2024, 2, 1), until=date(2027, 2, 1),
        policy_version=1,
    )  # fmt: skip
    (ended,) = react(anew, envelope_of(anew), BOOK)
    assert isinstance(ended, EndMatter)
    assert (ended.field, ended.about) == ("invoice_id", "I-1")
    for near in ("credit.LimitationNear", "credit.LimitationRanOut"):
        assert {one.about for one in asked(SAMPLES[near], "E-1")} == {"I-1"}


def test_an_unknown_place_is_said_once_to_the_owner_whatever_else_its_file_says() -> None:
    unknown = DebtorPlaceNoted(customer_id="C-1", is_distant=True, because="place of C-1 unknown")
    with_phone = unknown.model_copy(update={"ways": ("phone",)})
    assert ids(unknown, "E-1") == ids(with_phone, "E-2")
    assert [one.recipient for one in asked(unknown, "E-1")] == ["role:account-owner"]


def test_a_bounced_cheque_names_the_fine_that_is_not_ours() -> None:
    statement = "A fine of 1,000.00 CNY may be imposed by the central bank; it is not owed to us."
    bounced = SAMPLES["credit.ChequeBounced"].model_copy(
        update={"administrative_fine": Decimal(1_000), "statement": statement}
    )
    notice, *_ = asked(bounced, "E-1")
    assert statement in rendered(notice, BOOK).body
