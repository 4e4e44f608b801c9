"""The collection case: one per customer with overdue invoices. State and fold. Pure."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from contracts.credit import (
    AgencySettled,
    CaseClockRanOut,
    CaseDelegated,
    CasePaused,
    CaseResumed,
    CaseStageReached,
    CollectionCaseClosed,
    CollectionCaseOpened,
    CollectionStep,
    CollectionStepRescheduled,
    CollectionStepTaken,
    DebtorContacted,
    PromiseBroken,
    PromiseKept,
    PromiseMade,
    Route,
    Strategy,
)
from credit_svc.policies.collection import SEVERITY
from credit_svc.receivables.open_items import OpenItem

CaseEvent = (
    CollectionCaseOpened
    | CollectionStepTaken
    | CollectionStepRescheduled
    | CollectionCaseClosed
    | CasePaused
    | CaseResumed
    | PromiseMade
    | PromiseKept
    | PromiseBroken
    | CaseDelegated
    | CaseStageReached
    | CaseClockRanOut
    | AgencySettled
    | DebtorContacted
)


@dataclass(frozen=True, slots=True)
class Pause:
    """No step until a day; None: until the reason is gone."""

    cause: Literal["asked", "promise", "dispute", "waiting_money", "other_currency"]
    until: date | None


@dataclass(frozen=True, slots=True)
class Promise:
    promise_id: str
    amount: Decimal
    currency: str
    promised_on: date
    made_on: date


@dataclass(frozen=True)
class Case:
    """An open case. ``last_on`` is the day of its last step, or of its opening.

    ``way`` and ``stages``: who pursues it since our own letters did not settle it, and how far they are. ``mandate``: what the agency
    works under, ``settlements``: how often it was settled with, ``contacts``: how often somebody spoke with the debtor, or tried to.
    """

    case_id: str
    last_on: date
    oldest_invoice_id: str
    strategy: Strategy = "general"
    steps: tuple[CollectionStep, ...] = ()
    next_step_on: date | None = None
    pause: Pause | None = None
    promise: Promise | None = None
    promises: int = 0
    way: Route | None = None
    stages: tuple[str, ...] = ()
    clock: CaseStageReached | None = None
    mandate: CaseDelegated | None = None
    settlements: int = 0
    contacts: int = 0

    def has_reached(self, step: CollectionStep) -> bool:
        return any(SEVERITY[taken] >= SEVERITY[step] for taken in self.steps)


@dataclass(frozen=True)
class Debt:
    """What a case pursues: the oldest overdue item, and all that is overdue in its currency, both without what is disputed
    or covered by money that waits. ``has_clause``: whether the contract names an arbitral tribunal, None leaves it to the policy."""

    customer_id: str
    oldest: OpenItem
    overdue: Decimal
    currency: str
    has_clause: bool | None = None


def evolve(case: Case | None, event: CaseEvent) -> Case | None:
    match event, case:
        case CollectionCaseOpened() as e, _:
            return Case(e.case_id, e.opened_on, e.invoice_id, e.strategy)
        case CollectionCaseClosed(), _:
            return None
        case _, None:
            return None
        case CollectionStepTaken() as e, Case(steps=steps):
            return replace(
                case,
                last_on=e.taken_on,
                oldest_invoice_id=e.oldest_invoice_id,
                steps=(*steps, e.step),
                next_step_on=e.next_step_on,
            )
        case CollectionStepRescheduled() as e, Case():
            return replace(case, oldest_invoice_id=e.oldest_invoice_id, next_step_on=e.next_step_on)
        case CasePaused() as e, Case():
            return replace(case, pause=Pause(e.cause, e.until), next_step_on=e.until)
        case CaseResumed(), Case():
            return replace(case, pause=None)
        case PromiseMade() as e, Case(promises=promises):
            promise = Promise(e.promise_id, e.amount, e.currency, e.promised_on, e.made_on)
            return replace(case, promise=promise, promises=promises + 1)
        case ((PromiseKept() | PromiseBroken()), Case()):
            return replace(case, promise=None)
        case CaseStageReached() as e, Case(way=way, stages=stages):
            before = stages if way == e.way else ()
            return replace(case, way=e.way, stages=(*before, e.stage), clock=e if e.clock_ends_on else None)
        case CaseClockRanOut(), Case():
            return replace(case, clock=None)
        case CaseDelegated() as e, Case(mandate=mandate):
            return replace(case, mandate=_agreed(mandate, e))
        case AgencySettled(), Case(settlements=settlements):
            return replace(case, settlements=settlements + 1)
        case DebtorContacted(), Case(contacts=contacts):
            return replace(case, contacts=contacts + 1)
    return case


def _agreed(before: CaseDelegated | None, after: CaseDelegated) -> CaseDelegated:
    """What an agency works under after another word about it; what that leaves out stays."""
    if before is None or before.agency != after.agency:
        return after
    return before.model_copy(update=after.model_dump(exclude_none=True, exclude={"standing", "given", "currency"}))
