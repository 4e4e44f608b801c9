"""Money claimed from a supplier for nonconformances."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import assert_never

from immutables import Map

from contracts.supplier import ClaimRaised, ClaimSettled

Handled = ClaimRaised | ClaimSettled


@dataclass(frozen=True, slots=True)
class Claim:
    nonconformance_id: str
    amount: Decimal
    currency: str
    because: str
    raised_on: date
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class Claims:
    by_id: Map[str, Claim] = field(default_factory=Map)


def evolve(claims: Claims, event: Handled) -> Claims:
    match event:
        case ClaimRaised():
            claim = Claim(event.nonconformance_id, event.amount, event.currency, event.because, event.raised_on)
        case ClaimSettled():
            claim = replace(claims.by_id[event.claim_id], is_settled=True)
        case _:
            assert_never(event)
    return Claims(claims.by_id.set(event.claim_id, claim))
