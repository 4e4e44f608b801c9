"""The to-do list of rewards and penalties that change orders: when one starts that was decided before, and when its last day has passed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from chassis.calendar import add_days
from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.supplier import IncentiveEnded, IncentiveKind, IncentiveStarted, PenaltyCharged, RewardGranted
from supplier_svc.supplier.incentive_terms import ExpireIncentive, StartIncentive

Handled = RewardGranted | PenaltyCharged | IncentiveStarted | IncentiveEnded


@dataclass(frozen=True)
class Row:
    """Due at the beginning of the day on which it starts, and after that of the day after its last one; None: it has no last day."""

    supplier_id: str
    incentive_id: str
    kind: IncentiveKind
    has_started: bool
    ends_on: date | None
    due_on: date | None


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    match event:
        case RewardGranted():
            return [(event.supplier_id, event.reward_id, event.kind)]
        case PenaltyCharged():
            return [(event.supplier_id, event.penalty_id, event.kind)]
        case IncentiveStarted() | IncentiveEnded():
            return [(event.supplier_id, event.incentive_id, event.kind)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    match event:
        case RewardGranted():
            return _decided(key, event.starts_on, event.granted_on, event.ends_on)
        case PenaltyCharged():
            return _decided(key, event.starts_on, event.charged_on, event.ends_on)
        case IncentiveStarted():
            return row and replace(row, has_started=True, due_on=_after(row.ends_on))
        case IncentiveEnded():
            return None


def _decided(key: Key, starts_on: date | None, decided_on: date, ends_on: date | None) -> Row | None:
    if starts_on is None:
        return None
    has_started = starts_on <= decided_on
    supplier_id, incentive_id, kind = key
    return Row(supplier_id, incentive_id, kind, has_started, ends_on, _after(ends_on) if has_started else starts_on)


def _after(ends_on: date | None) -> date | None:
    return None if ends_on is None else add_days(ends_on, 1)


def start_or_expire(row: Row) -> StartIncentive | ExpireIncentive:
    command = ExpireIncentive if row.has_started else StartIncentive
    return command(row.supplier_id, row.incentive_id, row.kind)


TODO = TodoList(
    name="incentive_due",
    version=1,
    row=Row,
    key=("supplier_id", "incentive_id", "kind"),
    keys=keys,
    evolve=evolve,
    command=start_or_expire,
)
