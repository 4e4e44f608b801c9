"""An order's quantity split among the sources of an item, with what they delivered so far where the split goes by it."""

from collections.abc import Mapping
from decimal import Decimal

from chassis.http import Queries
from supplier_svc.items.rules.quota import (
    MinQuantityNeeded,
    NoSourceForOrders,
    NoSourceOfItem,
    QuotaOfAnother,
    split_by_quota,
)
from supplier_svc.items.rules.splits import Split, split
from supplier_svc.read_models import lot_month
from supplier_svc.requests.items import SplitBody
from supplier_svc.scoring.period import Period

MONTHS = 12
"""The months whose deliveries count, the present one among them."""


async def split_of(item_id: str, shares: Mapping[str, Decimal], body: SplitBody, queries: Queries) -> Split:
    """``shares`` are the item's, by supplier id. Raises a Refusal where it cannot be split so."""
    check_sources(item_id, shares, maxima=body.maxima, allocated=body.allocated or {})
    if body.method == "whole_lots":
        return split(body.quantity, shares, body.min_lot, body.maxima)
    if body.min_quantity is None:
        raise MinQuantityNeeded
    quotas = quotas_of(item_id, shares, body.quotas)
    allocated = await _received(item_id, queries) if body.allocated is None else body.allocated
    return split_by_quota(body.quantity, quotas, body.min_quantity, allocated, body.maxima, body.decimals)


def check_sources(item_id: str, shares: Mapping[str, Decimal], **named: Mapping[str, Decimal]) -> None:
    """Raises NoSourceOfItem for a quantity of a supplier that is no source: it may be meant for one of them."""
    for field, quantities in named.items():
        if strange := [supplier_id for supplier_id in quantities if supplier_id not in shares]:
            raise NoSourceOfItem(supplier_id=strange[0], item_id=item_id, field=field, sources=", ".join(shares))


def quotas_of(item_id: str, shares: Mapping[str, Decimal], named: Mapping[str, Decimal] | None) -> dict[str, Decimal]:
    """The shares as quotas, or the named quotas in their place. Raises NoSourceForOrders, QuotaOfAnother."""
    sources = [supplier_id for supplier_id, share in shares.items() if share > 0]
    if not sources:
        raise NoSourceForOrders(item_id=item_id)
    if named is None:
        return dict(shares)
    if strange := [supplier_id for supplier_id in named if supplier_id not in sources]:
        raise QuotaOfAnother(supplier_id=strange[0], item_id=item_id, sources=", ".join(sources))
    return {supplier_id: named.get(supplier_id, Decimal(0)) for supplier_id in shares}


async def _received(item_id: str, queries: Queries) -> dict[str, Decimal]:
    last = Period.of(queries.today)
    rows = await queries.rows(lot_month.received(item_id, str(last.plus(1 - MONTHS)), str(last)))
    return {row["supplier_id"]: row["quantity"] for row in rows}
