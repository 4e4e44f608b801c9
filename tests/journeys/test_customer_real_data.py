"""All of Olist through the customer service's own rules, against the same figures computed plainly from the files.

In memory: the importer's facts go through reactions, deciders and read models, so no server starts.
"""

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any

import pytest

from chassis.policies import PolicyBook
from chassis.testing import envelope
from contracts import Event
from customer_svc.policies.tiering import TieringPolicy
from customer_svc.policies.value import AbcPolicy
from customer_svc.reactions import SOURCES
from customer_svc.read_models import delivery_month, order, survey
from customer_svc.service import SERVICE
from customer_svc.tiers.abc_classes import abc
from customer_svc.tiers.run import Rule, commands_of
from customer_svc.tiers.standing import TierCustomer
from customer_svc.tiers.value import CustomerValue
from standing.facts import IMPORTERS, datasets_folder

FOLDER = datasets_folder()
pytestmark = pytest.mark.skipif(
    FOLDER is None, reason="the real data sets are not here; name their folder in STANDING_DATASETS"
)

AS_OF, SINCE = date(2018, 8, 31), date(2017, 9, 1)
REACTIONS = {event: reaction for source in SOURCES for event, reaction in source.reactions.items()}
TYPES = {event.TYPE: event for event in REACTIONS}
MODELS = (order.MODEL, delivery_month.MODEL, survey.MODEL)


@dataclass(frozen=True)
class Told:
    """The rows that all facts of Olist made, by read model."""

    orders: list[order.Row]
    deliveries: list[delivery_month.Row]
    surveys: list[survey.Row]


@pytest.fixture(scope="module")
def told() -> Told:
    assert FOLDER is not None
    book = PolicyBook.of(SERVICE.policies)
    states: dict[str, Any] = {}
    rows: dict[str, dict[Any, Any]] = {model.name: {} for model in MODELS}
    around = envelope()
    for fact in IMPORTERS["olist"](FOLDER / "olist").facts:
        if fact.type not in TYPES:
            continue
        for event in decided(TYPES[fact.type].model_validate_json(fact.data), states, book):
            for model in MODELS:
                if isinstance(event, model.handles):
                    kept = rows[model.name]
                    for key in model.keys(event, around):
                        kept[key] = model.evolve(key, kept.get(key), event, around)
    return Told(*(list(rows[model.name].values()) for model in MODELS))


def decided(fact: Event, states: dict[str, Any], book: PolicyBook) -> list[Event]:
    commands = REACTIONS[type(fact)](fact, envelope(), book)
    found: list[Event] = []
    for command in commands if isinstance(commands, tuple) else (commands,):
        decider = SERVICE.decider_of(command)
        stream = decider.stream(command)
        state = states.get(stream, decider.initial)
        for event in decider.decide(command, state, book):
            state = decider.evolve(state, event)
            found.append(event)
        states[stream] = state
    return found


def population(told: Told) -> list[CustomerValue]:
    """Who ordered in the window, from the rows of the orders."""
    values: dict[str, CustomerValue] = {}
    for row in told.orders:
        stands = row.cancelled_on is None or row.cancelled_on > AS_OF
        if row.ordered_on is None or row.total is None or not stands or not SINCE <= row.ordered_on <= AS_OF:
            continue
        known = values.get(row.customer_id, CustomerValue(row.customer_id, 0, Decimal(0), row.ordered_on))
        last = max(known.last_order_on, row.ordered_on)
        values[row.customer_id] = CustomerValue(row.customer_id, known.orders + 1, known.amount + row.total, last)
    return list(values.values())


# --- the same, plainly from the files -----------------------------------------------------------------


def table(name: str) -> list[dict[str, str]]:
    assert FOLDER is not None
    with (FOLDER / "olist" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def plain() -> dict[str, tuple[int, Decimal, date]]:
    """Customer → orders, amount and last day of the twelve months."""
    persons = {row["customer_id"]: row["customer_unique_id"] for row in table("customers.csv")}
    items: dict[str, Decimal] = defaultdict(Decimal)
    for row in table("order_items.csv"):
        items[row["order_id"]] += Decimal(row["price"]) + Decimal(row["freight_value"])
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for row in table("order_payments.csv"):
        paid[row["order_id"]] += Decimal(row["payment_value"])
    found: dict[str, tuple[int, Decimal, date]] = {}
    for row in table("orders.csv"):
        day = date.fromisoformat(row["order_purchase_timestamp"][:10])
        if not SINCE <= day <= AS_OF or gone(row):
            continue
        person = persons[row["customer_id"]]
        count, amount, last = found.get(person, (0, Decimal(0), day))
        order_id = row["order_id"]
        total = items[order_id] if order_id in items else paid[order_id]
        found[person] = (count + 1, amount + total, max(last, day))
    return found


def gone(row: dict[str, str]) -> bool:
    """Cancelled by the end of the window; the day is that of the last thing known to have happened to the order.

    A delivery on a later day than that overrules it, which no row of the files has.
    """
    if row["order_status"] not in ("canceled", "unavailable"):
        return False
    known = (
        "order_purchase_timestamp",
        "order_approved_at",
        "order_delivered_carrier_date",
        "order_delivered_customer_date",
    )
    return date.fromisoformat(max(row[name] for name in known)[:10]) <= AS_OF


def fixed(value: tuple[int, Decimal, date]) -> str:
    orders_, amount, last = value
    months = (AS_OF.year - last.year) * 12 + AS_OF.month - last.month
    recency = 5 if months < 1 else 4 if months <= 3 else 3 if months <= 6 else 2 if months <= 9 else 1
    frequency = 5 if orders_ > 40 else 4 if orders_ >= 30 else 3 if orders_ >= 20 else 2 if orders_ >= 10 else 1
    monetary = (
        5 if amount > 50_000 else 4 if amount >= 20_000 else 3 if amount >= 10_000 else 2 if amount >= 5_000 else 1
    )
    return f"{recency}{frequency}{monetary}"


def fifths(values: list[Any]) -> dict[Any, int]:
    """Value → score: the best fifth has 5, and equal values share the better score."""
    ordered = sorted(values, reverse=True)
    borders = [ordered[ceil(len(ordered) * share / 5) - 1] for share in (1, 2, 3, 4)]
    return {value: 5 - sum(value < border for border in borders) for value in set(values)}


# --- what must be equal ---------------------------------------------------------------------------------


def decisions(told: Told, policy: TieringPolicy) -> dict[str, TierCustomer]:
    commands = commands_of("BRL", AS_OF, population(told), Rule(policy, 1))
    return {command.customer_id: command for command in commands if isinstance(command, TierCustomer)}


def test_rfm_by_fixed_bins_of_all_customers(told: Told, plain: dict[str, tuple[int, Decimal, date]]) -> None:
    found = decisions(told, TieringPolicy())
    assert {customer: command.value.code for customer, command in found.items()} == {
        customer: fixed(value) for customer, value in plain.items()
    }
    assert len(plain) > 5_000


def test_rfm_by_quintiles_of_all_customers(told: Told, plain: dict[str, tuple[int, Decimal, date]]) -> None:
    found = decisions(told, TieringPolicy(scoring="quintiles"))
    frequency, monetary, recency = (fifths([value[n] for value in plain.values()]) for n in range(3))
    assert {customer: command.value.code for customer, command in found.items()} == {
        customer: f"{recency[last]}{frequency[count]}{monetary[amount]}"
        for customer, (count, amount, last) in plain.items()
    }


def test_abc_of_all_customers(told: Told, plain: dict[str, tuple[int, Decimal, date]]) -> None:
    amounts = sorted((amount for _, amount, _ in plain.values()), reverse=True)
    total, before, letters = sum(amounts), Decimal(0), dict[Decimal, str]()
    for amount in amounts:
        if amount not in letters:
            letters[amount] = "A" if before * 100 < total * 80 else "B" if before * 100 < total * 95 else "C"
        before += amount
    found = {line.customer_id: line.letter for line in abc(population(told), AbcPolicy())}
    assert found == {customer: letters[amount] for customer, (_, amount, _) in plain.items()}


def test_the_pyramid_of_all_customers(told: Told, plain: dict[str, tuple[int, Decimal, date]]) -> None:
    amounts = sorted((amount for _, amount, _ in plain.values()), reverse=True)
    border = {
        tier: amounts[ceil(len(amounts) * share / 100) - 1]
        for tier, share in (("vip", 1), ("important", 5), ("ordinary_large", 20))
    }
    expected = Counter(next((tier for tier, least in border.items() if amount >= least), "small") for amount in amounts)
    assert Counter(command.deserved for command in decisions(told, TieringPolicy()).values()) == expected


def test_satisfaction_is_that_of_the_reviews(told: Told) -> None:
    scores = [int(row["review_score"]) for row in table("order_reviews.csv")]
    found = [row.score for row in told.surveys if row.score is not None]
    assert (len(found), sum(found)) == (len(scores), sum(scores))
    assert sum(row.at_risk for row in told.surveys) == sum(score < 5 for score in scores)


def test_the_on_time_share_is_that_of_the_promised_dates(told: Told) -> None:
    delivered = [row for row in table("orders.csv") if row["order_delivered_customer_date"]]
    late = sum(
        row["order_delivered_customer_date"][:10] > row["order_estimated_delivery_date"][:10] for row in delivered
    )
    assert sum(row.delivered for row in told.deliveries) == len(delivered)
    assert (sum(row.promised for row in told.deliveries), sum(row.late for row in told.deliveries)) == (
        len(delivered),
        late,
    )
