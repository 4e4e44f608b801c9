"""One row per claim, reward or penalty."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import ClaimRaised, ClaimSettled, PenaltyCharged, RewardGranted

Handled = ClaimRaised | ClaimSettled | RewardGranted | PenaltyCharged


Kind = Literal["claim", "reward", "penalty"]
Status = Literal["open", "accepted", "reduced", "withdrawn", "granted", "charged"]


@dataclass(frozen=True)
class Row:
    """``kind``: claim, reward or penalty; ``form`` says which, ``reference`` the nonconformance or the period."""

    supplier_id: str
    settlement_id: str
    kind: str
    form: str
    reference: str | None
    amount: Decimal | None
    currency: str | None
    because: str
    made_on: date
    status: str = "open"
    settled_amount: Decimal | None = None
    answer_due_on: date | None = None
    settled_by: str | None = None
    because_settled: str | None = None


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    match event:
        case ClaimRaised() | ClaimSettled():
            return [(event.supplier_id, event.claim_id)]
        case RewardGranted():
            return [(event.supplier_id, event.reward_id)]
        case PenaltyCharged():
            return [(event.supplier_id, event.penalty_id)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    about: tuple[str, str, str | None, Decimal | None, str | None]
    match event:
        case ClaimRaised():
            about = ("claim", "money", event.nonconformance_id, event.amount, event.currency)
            return Row(key[0], key[1], *about, event.because, event.raised_on, answer_due_on=event.answer_by)
        case ClaimSettled():
            return row and replace(
                row,
                status=event.outcome,
                settled_amount=event.amount,
                settled_by=event.settled_by,
                because_settled=event.because,
            )
        case RewardGranted():
            about = ("reward", event.kind, event.period, event.amount, event.currency)
            return Row(
                key[0], key[1], *about, event.because, event.granted_on, "granted", answer_due_on=event.answer_by
            )
        case PenaltyCharged():
            about = ("penalty", event.kind, event.period, event.amount, event.currency)
            return Row(
                key[0], key[1], *about, event.because, event.charged_on, "charged", answer_due_on=event.answer_by
            )


MODEL = ReadModel(
    name="settlement",
    version=3,
    row=Row,
    key=("supplier_id", "settlement_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("kind", "made_on"),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.made_on, TABLE.c.supplier_id, TABLE.c.settlement_id)


def settlements(
    supplier_id: str | None = None,
    kind: Kind | None = None,
    status: Status | None = None,
    currency: str | None = None,
) -> Select[Any]:
    """All claims, rewards and penalties, those of a supplier, of a kind, of a status, in a currency."""
    query = select(TABLE)
    query = query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
    for column, wanted in ((TABLE.c.kind, kind), (TABLE.c.status, status), (TABLE.c.currency, currency)):
        query = query if wanted is None else query.where(column == wanted)
    return query
