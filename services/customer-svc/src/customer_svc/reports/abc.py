"""The 80/20 classes: of the last run, or made for the answer while there is none yet."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from chassis.http import Queries
from customer_svc.files.access import Reach
from customer_svc.policies.tiering import TieringPolicy
from customer_svc.policies.value import AbcPolicy
from customer_svc.read_models import customer_file, tier_decision, tiering
from customer_svc.reports.turnover import sales
from customer_svc.responses.abc import AbcLine, AbcReport, AbcSummary
from customer_svc.tiers.abc_classes import LETTERS, Letter, abc, percent_of
from customer_svc.tiers.value import CustomerValue
from customer_svc.tiers.window import window_start


async def abc_report(queries: Queries, scope: Reach | None, currency: str, day: date, top: int) -> AbcReport:
    """The classes of the last run on or before a day, and its ``top`` largest customers in reach."""
    run = await queries.one(tiering.last(currency, day))
    if run is None:
        return await _classed_now(queries, scope, currency, day, top)
    window = queries.policies.at(TieringPolicy, run["as_of"]).document.window_months
    total = sum((Decimal(each["amount"]) for each in run["abc"]), Decimal(0))
    borders = {each["letter"]: Decimal(each["from_amount"]) for each in run["abc"]}
    lines = []
    for row in await queries.rows(tier_decision.largest(run["tiering_id"], top, scope)):
        letter = next((letter for letter in LETTERS if letter in borders and row["amount"] >= borders[letter]), "C")
        cumulative = round(percent_of(row["cumulated"], total), 2)
        lines.append(
            AbcLine(customer_id=row["customer_id"], amount=row["amount"], cumulative=cumulative, letter=letter)
        )
    return AbcReport(
        currency=currency,
        since=window_start(run["as_of"], window),
        as_of=run["as_of"],
        tiering_id=run["tiering_id"],
        policy_version=run["abc_policy_version"] or 1,
        classes=[_summary(letter, run["abc"], total) for letter in LETTERS],
        customers=lines,
    )


async def _classed_now(queries: Queries, scope: Reach | None, currency: str, day: date, top: int) -> AbcReport:
    policy = queries.policies.at(AbcPolicy, day)
    since = window_start(day, queries.policies.at(TieringPolicy, day).document.window_months)
    sold = sales(currency, since, day)
    classed = abc((CustomerValue(**row) for row in await queries.rows(sold)), policy.document)
    shown = classed
    if scope is not None:
        of = sold.subquery("sold")
        readable = await queries.rows(customer_file.scoped(select(of.c.customer_id), of.c.customer_id, scope))
        ids = {row["customer_id"] for row in readable}
        shown = [line for line in classed if line.customer_id in ids]
    found = [
        {
            "letter": letter,
            "customers": len(amounts),
            "amount": sum(amounts, Decimal(0)),
            "from_amount": min(amounts, default=None),
        }
        for letter in LETTERS
        for amounts in [[line.amount for line in classed if line.letter == letter]]
    ]
    return AbcReport(
        currency=currency,
        since=since,
        as_of=day,
        tiering_id=None,
        policy_version=policy.version,
        classes=[_summary(letter, found, sum((line.amount for line in classed), Decimal(0))) for letter in LETTERS],
        customers=[
            AbcLine(
                customer_id=line.customer_id,
                amount=line.amount,
                cumulative=round(line.cumulative, 2),
                letter=line.letter,
            )
            for line in shown[:top]
        ],
    )


def _summary(letter: Letter, found: list[dict[str, Any]], total: Decimal) -> AbcSummary:
    each = next((each for each in found if each["letter"] == letter), None)
    if each is None:
        return AbcSummary(letter=letter, customer_count=0, amount=Decimal(0), share=Decimal(0), from_amount=None)
    amount = Decimal(each["amount"])
    return AbcSummary(
        letter=letter,
        customer_count=each["customers"],
        amount=amount,
        share=round(percent_of(amount, total), 2),
        from_amount=each["from_amount"],
    )
