"""Why something was decided is said in sentences that are read back into their codes and values, over HTTP too."""

from datetime import UTC, date, datetime
from decimal import Decimal

import httpx
import orjson
import pytest

from chassis.domain import Refusal
from chassis.runtime import Runtime
from chassis.sentences import statements, statements_in
from chassis.testing.given import given
from chassis.testing.passing import pass_until
from contracts.customer import CustomerTierChanged, TierFactor
from customer_svc.channel.rebate import earned
from customer_svc.files.credit_standing import overdue_sentence
from customer_svc.orders.returns import ReturnInAnotherCurrency, ReturnTooLarge
from customer_svc.policies.channel import RebatePolicy
from customer_svc.policies.tiering import TieringPolicy
from customer_svc.sentences import Sentences
from customer_svc.service import SERVICE
from customer_svc.tiers import DECIDER
from customer_svc.tiers.standing import TierCustomer
from customer_svc.tiers.value import CustomerValue, scores

from .running import ask, ordered, send

JANUARY = date(2024, 1, 31)
KEY_ACCOUNT = TierFactor(name="key_account", value="key account", tier="important")
BOX = TierFactor(name="nine_box", value="A1", tier="important")


def codes(text: str) -> list[str | None]:
    return [each.code for each in statements(text, SERVICE.sentences)]


@pytest.mark.parametrize(
    ("factors", "code", "guarantees"),
    [
        ((), "first-tier", {}),
        ((KEY_ACCOUNT,), "first-tier-key-account", {"tier": "important"}),
        ((BOX,), "first-tier-nine-box", {"box": "A1", "box_tier": "important"}),
        (
            (KEY_ACCOUNT, BOX),
            "first-tier-key-account-nine-box",
            {"tier": "important", "box": "A1", "box_tier": "important"},
        ),
    ],
)
def test_what_guarantees_a_tier_is_named_beside_its_rank(
    factors: tuple[TierFactor, ...], code: str, guarantees: dict[str, str]
) -> None:
    value = scores(CustomerValue("C-1", 12, Decimal(6_000), JANUARY), "BRL", JANUARY, TieringPolicy())
    found = TierCustomer("C-1", "2024-01-BRL", JANUARY, value, Decimal(0), "important", factors, 3, 200, 1)
    changed = given(DECIDER, policies=SERVICE.policies).when(found).one(CustomerTierChanged)
    [said] = statements(changed.because, SERVICE.sentences)
    place = {"rank": "3", "population": "200", "amount": "6,000.00 BRL"}
    assert (said.code, said.parameters) == (code, place | guarantees)


@pytest.mark.parametrize(
    ("purchases", "code"),
    [
        (90_000, "rebate-slice"),
        (200_000, "rebate-two-slices"),
        (600_000, "rebate-three-slices"),
        (0, "too-few-purchases"),
    ],
)
def test_a_rebate_says_which_slices_it_is_the_sum_of(purchases: int, code: str) -> None:
    assert codes(earned(Decimal(purchases), RebatePolicy()).because) == [code]


def test_what_is_overdue_in_two_currencies_is_two_sentences() -> None:
    one = overdue_sentence(1, Decimal(500), "BRL", JANUARY)
    many = overdue_sentence(3, Decimal(12_000), "CNY", JANUARY)
    assert (one, many) == (
        "1 invoice, 500.00 BRL, the oldest due 2024-01-31.",
        "3 invoices, 12,000.00 CNY, the oldest due 2024-01-31.",
    )
    assert codes(f"{one} {many}") == ["overdue-one", "overdue"]


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [(ReturnTooLarge, Sentences.RETURN_TOO_LARGE), (ReturnInAnotherCurrency, Sentences.RETURN_IN_ANOTHER_CURRENCY)],
)
def test_a_return_that_waited_is_refused_in_the_words_of_the_refusal(
    refusal: type[Refusal], sentence: Sentences
) -> None:
    values = {name: f"the {name}" for name in sentence.parameters}
    assert str(refusal(**values)) == sentence(**values)


async def test_the_explanation_of_a_tier_has_its_sentence_with_code_and_values(
    service: Runtime, client: httpx.AsyncClient
) -> None:
    await ordered(client)
    await pass_until(service, datetime(2024, 6, 1, 1, tzinfo=UTC))
    [explained] = (await ask(client, "/v1/customers/C-1/tier/explanation"))["explanations"]
    [said] = explained["sentences"]["because"]
    assert (said["sentence"], said["code"]) == (explained["because"], "unchanged")
    assert said["parameters"] == {"rank": "1", "population": "3", "amount": "6,000.00 CNY"}


async def test_all_that_the_service_says_of_a_customer_is_read_back(
    service: Runtime, client: httpx.AsyncClient
) -> None:
    await ordered(client)
    await send(client, "PUT", "/v1/distributors/C-1", {
        "regions": ["east"], "region_manager": "han.lei", "authorised_on": "2024-01-02",
    })  # fmt: skip
    assess = {"strategic_fit": "8", "growth": "7", "relation": "5", "currency": "CNY", "on": "2024-02-01"}
    await send(client, "POST", "/v1/customers/C-1/assessments", assess)
    await pass_until(service, datetime(2024, 6, 1, 1, tzinfo=UTC))
    nouns = ("customer", "retention", "relationship", "distributor")
    history = await service.log.read_streams([f"{noun}-C-1" for noun in nouns])
    data = [(row.envelope.type.partition(".")[2], orjson.loads(row.data)) for row in history]
    said = {
        name: [each.code for each in statements_in(event, SERVICE.sentences)["because"]]
        for name, event in data
        if "because" in event
    }
    assert said == {
        "CustomerTierChanged": ["first-tier"],
        "ChurnWarned": ["silent"],
        "NineBoxPlaced": ["box-by-figures"],
        "LifeCycleChanged": ["silent"],
        "RebateAccrued": ["rebate-slice"],
    }
