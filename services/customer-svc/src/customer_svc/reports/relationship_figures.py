"""What a relationship is judged by, from the orders of the customer: evidence for a stage, figures for the nine-box."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from chassis.calendar import month_end_after
from chassis.http import Queries
from contracts.customer import StageEvidence
from customer_svc.policies.files import FilePolicy
from customer_svc.read_models import customer_file, order, sales_cell
from customer_svc.reports.turnover import bought
from customer_svc.tiers.growth import percent
from customer_svc.tiers.window import FIRST_DAY, window_start


async def stage_evidence(customer_id: str, ids: list[str], on: date, queries: Queries) -> StageEvidence:
    """What is known for the gates of the stages on a day; a contract and an approval are people's to add."""
    placed = (await queries.rows(order.placed(ids, window_start(on, 12), on)))[0]
    ever = (await queries.rows(order.placed(ids, FIRST_DAY, on)))[0]
    file = await queries.one(customer_file.file(customer_id))
    return StageEvidence(
        orders_12_months=placed["orders"],
        contacts=len(file["contacts"]) if file else 0,
        customer_since=ever["first_order_on"],
    )


@dataclass(frozen=True, slots=True)
class PlacementFigures:
    """``share`` in percent of our own sales of the last 12 full months, ``measured_growth`` in percent on those before."""

    share: Decimal
    measured_growth: Decimal | None
    owner_id: str


async def placement_figures(
    customer_id: str, ids: list[str], currency: str, on: date, queries: Queries
) -> PlacementFigures:
    until = month_end_after(on, -1)
    since, before = window_start(until, 12), window_start(until, 24)
    own = (await queries.rows(bought(ids, currency, since, until)))[0]["amount"]
    own_before = (await queries.rows(bought(ids, currency, before, since - timedelta(days=1))))[0]["amount"]
    all_sales = (await queries.rows(sales_cell.by([], currency, since, until)))[0]["amount"] or Decimal(0)
    file = await queries.one(customer_file.file(customer_id))
    share = min(own * 100 / all_sales, Decimal(100)) if all_sales else Decimal(0)
    return PlacementFigures(
        share=round(share, 2),
        measured_growth=percent(own, own_before),
        owner_id=file["owner_id"] if file else queries.policies.at(FilePolicy, on).document.owner_of_last_resort,
    )
