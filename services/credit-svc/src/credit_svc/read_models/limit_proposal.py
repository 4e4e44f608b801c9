"""One row per proposed limit, for good or for a time: who proposed how much and why, what the methods suggest, and who decided."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import CreditLimitProposed, CreditLimitRejected, CreditLimitSet, TemporaryLimitRaised

State = Literal["proposed", "approved", "rejected"]


@dataclass(frozen=True)
class Row:
    customer_id: str
    proposal_id: str
    credit_limit: Decimal
    currency: str
    valid_from: date
    reason: str
    proposed_by: str
    suggested: Decimal | None
    factors: list[Any]
    policy_version: int
    ends_on: date | None = None
    state: State = "proposed"
    decided_by: str | None = None
    rejected_because: str | None = None


Handled = CreditLimitProposed | CreditLimitSet | TemporaryLimitRaised | CreditLimitRejected


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [] if event.proposal_id is None else [(event.customer_id, event.proposal_id)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case CreditLimitProposed() as e:
            return Row(
                e.customer_id, e.proposal_id, e.limit, e.currency, e.valid_from, e.reason, e.proposed_by, e.suggested,
                [factor.model_dump(mode="json") for factor in e.factors], e.policy_version, e.ends_on,
            )  # fmt: skip
        case CreditLimitSet(approved_by=by) | TemporaryLimitRaised(approved_by=by):
            return row and replace(row, state="approved", decided_by=by)
        case CreditLimitRejected(rejected_by=by, reason=reason):
            return row and replace(row, state="rejected", decided_by=by, rejected_because=reason)


MODEL = ReadModel(
    name="limit_proposal",
    version=2,
    row=Row,
    key=("customer_id", "proposal_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("state", "customer_id"),),
)


_T = MODEL.table
ORDER: tuple[ColumnElement[Any], ...] = (_T.c.customer_id, _T.c.proposal_id)
_SHOWN = tuple(column.label("status") if column.name == "state" else column for column in _T.c)


def proposals(status: str | None, customer_id: str | None) -> Select[Any]:
    """Proposals with their ``status``, filtered by what is not None."""
    wanted = {"state": status, "customer_id": customer_id}
    return select(*_SHOWN).where(*(_T.c[name] == value for name, value in wanted.items() if value is not None))


def proposal(customer_id: str, proposal_id: str) -> Select[Any]:
    return proposals(None, customer_id).where(_T.c.proposal_id == proposal_id)
