"""Why a customer stands where it stands."""

from datetime import date
from decimal import Decimal

from contracts.customer import CutPoint
from customer_svc.read_models.tier_decision import Row as TierDecisionRow
from customer_svc.reports.tier_explanation import Better, Explanation, explain

CUTS = (
    CutPoint(tier="vip", last_rank=2, amount=Decimal(9_000)),
    CutPoint(tier="important", last_rank=10, amount=Decimal(7_000)),
    CutPoint(tier="small", last_rank=200, amount=Decimal(10)),
)


def explained(tier: str, because: str | None, demotion_due_on: date | None) -> Explanation:
    row = TierDecisionRow(
        customer_id="C-1",
        currency="BRL",
        as_of=date(2024, 2, 29),
        tiering_id="2024-02-BRL",
        tier=tier,
        previous="small",
        deserved="small",
        changed=because is not None,
        because=because,
        demotion_due_on=demotion_due_on,
        rank=12,
        population=200,
        last_order_on=date(2024, 2, 9),
        recency_days=20,
        orders=12,
        amount=Decimal(6_000),
        recency_score=5,
        frequency_score=2,
        monetary_score=2,
        code="522",
        policy_version=1,
        index=Decimal(0),
        factors=[],
    )
    return explain(row, CUTS)


def test_each_better_tier_says_what_it_would_have_taken() -> None:
    assert explained("small", None, None).better_tiers == [
        Better(tier="important", from_amount=Decimal(7_000), short_by=Decimal(1_000), from_index=Decimal(0)),
        Better(tier="vip", from_amount=Decimal(9_000), short_by=Decimal(3_000), from_index=Decimal(0)),
    ]


def test_the_factors_carry_their_unit_and_their_score() -> None:
    factors = explained("small", None, None).factors
    assert [(f.name, str(f.value), f.unit, f.score) for f in factors] == [
        ("recency", "20", "days", 5),
        ("frequency", "12", "orders", 2),
        ("monetary", "6000", "BRL", 2),
    ]


def test_a_change_is_told_in_the_words_of_the_run() -> None:
    assert explained("small", "Demoted: rank 12 of 200 with 6,000.00 BRL.", None).because.startswith("Demoted")


def test_a_grace_period_says_what_is_deserved_and_until_when_to_recover() -> None:
    outcome = explained("vip", None, date(2024, 3, 31)).because
    assert outcome == (
        "On grace: rank 12 of 200 with 6,000.00 BRL deserves small; demoted unless it recovers by 2024-03-31."
    )
