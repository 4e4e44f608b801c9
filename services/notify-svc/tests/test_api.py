"""The routes that answer from the policies in force: rules, words, and a preview of them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx import AsyncClient

from chassis.policies import PolicyBook
from chassis.testing.client import client_of, routes_of
from notify_svc.rules.samples import SAMPLES
from notify_svc.service import SERVICE

from .test_unrendered import BROKEN, GRADED, SENTENCE

OVERDUE = SAMPLES["credit.PaymentOverdue"].model_dump(mode="json")


@dataclass
class FirstOfFebruary:
    """What these routes use of a running service: its policies, on a day. Nothing is stored."""

    policies: PolicyBook = field(default_factory=lambda: PolicyBook.of(SERVICE.policies))

    @property
    def clock(self) -> "FirstOfFebruary":
        return self

    @property
    def executor(self) -> "FirstOfFebruary":
        return self

    def now(self) -> datetime:
        return datetime(2024, 2, 1, tzinfo=UTC)


@pytest.fixture
async def http() -> AsyncIterator[AsyncClient]:
    async with client_of(routes_of(SERVICE, FirstOfFebruary())) as client:
        yield client


async def preview(http: AsyncClient, **asked: Any) -> tuple[int, dict[str, Any]]:
    answer = await http.post("/v1/templates/preview", json=asked)
    return answer.status_code, answer.json()


async def test_the_rules_in_force_are_listed_with_their_version(http: AsyncClient) -> None:
    told = (await http.get("/v1/subscriptions")).json()
    assert told["policy_version"] == 1
    assert told["items"][0]["id"] == "supplier-grade"
    assert told["items"][0]["audience"] == ["partner"]
    assert (await http.get("/v1/subscriptions/supplier-grade")).json() == told["items"][0]
    assert (await http.get("/v1/subscriptions/no-rule")).json()["detail"] == "There is no rule in force no-rule."


async def test_the_words_in_force_are_listed_by_name_and_language(http: AsyncClient) -> None:
    told = (await http.get("/v1/templates")).json()
    [words] = [each for each in told["items"] if each["template"] == "supplier-grade"]
    assert set(words["content"]["texts"]) == {"en", "zh"}
    assert (await http.get("/v1/templates/supplier-grade")).json() == words
    assert (await http.get("/v1/templates/no-words")).json()["detail"] == "There is no template in force no-words."


async def test_a_template_is_previewed_with_an_event(http: AsyncClient) -> None:
    status, told = await preview(http, template="payment-overdue", data={**OVERDUE, "invoice_id": "I-77"})
    assert (status, told["subject"]) == (200, "Invoice I-77 is overdue since 2024-02-01")
    assert "12,000.50 CNY are still open" in told["body"]


async def test_a_template_is_previewed_with_the_sample_when_no_event_is_given(http: AsyncClient) -> None:
    assert (await preview(http, template="payment-overdue", language="zh"))[1][
        "subject"
    ] == "发票 I-1 自 2024-02-01 起逾期"


async def test_an_event_of_the_wrong_shape_is_answered_with_field_and_rule(http: AsyncClient) -> None:
    status, problem = await preview(http, template="payment-overdue", data={**OVERDUE, "currency": "XXZ"})
    assert status == 422
    assert [(each["field"], each["rule"]) for each in problem["errors"]] == [("data.currency", "value_error")]
    assert "is not an ISO 4217 currency code" in problem["detail"]


async def test_an_event_that_the_template_does_not_tell_of_is_answered_with_a_sentence(http: AsyncClient) -> None:
    status, problem = await preview(http, template="payment-overdue", event_type="supplier.SupplierGraded")
    assert status == 422
    assert (
        problem["detail"] == "Template payment-overdue is for credit.PaymentOverdue, not for supplier.SupplierGraded."
    )


@pytest.mark.parametrize(
    ("asked", "status"),
    [({"template": "nothing"}, 404), ({"template": "order-held", "language": "fr"}, 422), ({}, 422)],
)
async def test_a_preview_of_nothing_is_a_problem(http: AsyncClient, asked: dict[str, Any], status: int) -> None:
    answered, problem = await preview(http, **asked)
    assert (answered, problem["status"]) == (status, status)


async def test_a_template_that_an_event_cannot_fill_is_why_nobody_would_be_told_by_its_rule() -> None:
    first = {**SAMPLES[GRADED].model_dump(mode="json"), "previous_standing": None}
    async with client_of(routes_of(SERVICE, FirstOfFebruary(BROKEN))) as http:
        told = (await http.post("/v1/explanations", json={"event_type": GRADED, "data": first})).json()
    rules = {rule["rule"]: rule for rule in told["rules"]}
    assert rules["supplier-grade"]["recipients"] == []
    assert rules["supplier-grade"]["reasons"][0].startswith(SENTENCE)
    assert rules["supplier-grade-weak"]["recipients"] == ["role:quality-head", "role:buyer"]
    assert rules["supplier-grade-weak"]["reasons"] == []
