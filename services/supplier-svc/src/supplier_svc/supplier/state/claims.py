"""Money claimed from a supplier for nonconformances."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import assert_never

from immutables import Map

from contracts.supplier import ClaimRaised, ClaimSettled, ClaimUnpriced

Handled = ClaimRaised | ClaimSettled | ClaimUnpriced

Lot = tuple[str, str]
"""An item and a lot of it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """``is_void``: its record turned out not to be the supplier's, so that a claim may be raised for it again if it is once more."""

    nonconformance_id: str
    amount: Decimal
    currency: str
    because: str
    raised_on: date
    is_settled: bool = False
    is_void: bool = False
    item_id: str | None = None
    lot_id: str | None = None
    delivery_id: str | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """By claim id; the ids of the claims for each nonconformance; the nonconformances whose lot has no price yet, by lot."""

    by_id: Map[str, Claim] = field(default_factory=Map)
    of_record: Map[str, tuple[str, ...]] = field(default_factory=Map)
    unpriced: Map[Lot, tuple[str, ...]] = field(default_factory=Map)


def evolve(claims: Claims, event: Handled) -> Claims:
    match event:
        case ClaimRaised():
            claim = Claim(
                event.nonconformance_id, event.amount, event.currency, event.because, event.raised_on,
                item_id=event.item_id, lot_id=event.lot_id, delivery_id=event.delivery_id,
            )  # fmt: skip
            of_record = (*claims.of_record.get(event.nonconformance_id, ()), event.claim_id)
            return replace(
                claims,
                by_id=claims.by_id.set(event.claim_id, claim),
                of_record=claims.of_record.set(event.nonconformance_id, of_record),
            )
        case ClaimSettled():
            is_void = event.settled_by == "record"
            claim = replace(claims.by_id[event.claim_id], is_settled=True, is_void=is_void)
            return replace(claims, by_id=claims.by_id.set(event.claim_id, claim))
        case ClaimUnpriced():
            lot = (event.item_id, event.lot_id)
            waiting = claims.unpriced.get(lot, ())
            if event.nonconformance_id in waiting:
                return claims
            return replace(claims, unpriced=claims.unpriced.set(lot, (*waiting, event.nonconformance_id)))
    assert_never(event)
