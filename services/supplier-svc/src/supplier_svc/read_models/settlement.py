"""One row per claim, reward or penalty."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import (
    ClaimRaised,
    ClaimSettled,
    IncentiveEnded,
    IncentiveStarted,
    PenaltyCharged,
    RewardGranted,
)

Handled = ClaimRaised | ClaimSettled | RewardGranted | PenaltyCharged | IncentiveStarted | IncentiveEnded


Kind = Literal["claim", "reward", "penalty"]
Status = Literal["open", "accepted", "reduced", "withdrawn", "granted", "charged"]
EffectStatus = Literal["planned", "running", "ended"]


@dataclass(frozen=True)
class Row:
    """``kind``: claim, reward or penalty; ``form`` says which, ``reference`` the nonconformance or the period.

    ``effect_status`` of one that changes orders, None of others: planned before ``starts_on``, then running. ``points`` percent more or
    less of ``item_ids``, of all of the supplier's items where there are none, until ``ends_on``, its last day; from ``ended_on`` on no
    more.
    """

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
    effect_status: str | None = None
    points: Decimal | None = None
    item_ids: list[str] = field(default_factory=list[str])
    starts_on: date | None = None
    ends_on: date | None = None
    ended_on: date | None = None
    ended_because: str | None = None
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
        case IncentiveStarted() | IncentiveEnded():
            return [(event.supplier_id, event.incentive_id)]


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
            row = Row(key[0], key[1], *about, event.because, event.granted_on, "granted", answer_due_on=event.answer_by)
            return _terms(row, event)
        case PenaltyCharged():
            about = ("penalty", event.kind, event.period, event.amount, event.currency)
            row = Row(key[0], key[1], *about, event.because, event.charged_on, "charged", answer_due_on=event.answer_by)
            return _terms(row, event)
        case IncentiveStarted():
            return replace(row, effect_status="running") if row and row.form == event.kind else row
        case IncentiveEnded():
            if row is None or row.form != event.kind:
                return row
            return replace(row, effect_status="ended", ended_on=event.ended_on, ended_because=event.because)


def _terms(row: Row, event: RewardGranted | PenaltyCharged) -> Row:
    if event.starts_on is None:
        return row
    return replace(
        row,
        effect_status="running" if event.starts_on <= row.made_on else "planned",
        points=event.points,
        item_ids=[*event.item_ids],
        starts_on=event.starts_on,
        ends_on=event.ends_on,
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
    effect_status: EffectStatus | None = None,
) -> Select[Any]:
    """All claims, rewards and penalties, those of a supplier, of a kind, of a status, in a currency, in one status of effect."""
    query = select(TABLE)
    query = query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
    filters = (
        (TABLE.c.kind, kind),
        (TABLE.c.status, status),
        (TABLE.c.currency, currency),
        (TABLE.c.effect_status, effect_status),
    )
    for column, wanted in filters:
        query = query if wanted is None else query.where(column == wanted)
    return query
