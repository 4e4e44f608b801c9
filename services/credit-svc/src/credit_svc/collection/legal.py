"""What tribunals and courts have to do with an account: terms that run, awards, judgments, limitations. State and fold. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from immutables import Map

from chassis.calendar import add_days
from contracts.credit import (
    AppealNoted,
    AwardRecorded,
    AwardReviewed,
    CaseClockEnded,
    CaseClockNear,
    CaseClockRanOut,
    CaseClockStarted,
    CaseItem,
    CaseMilestoneRecorded,
    CaseStageReached,
    ClockName,
    CollectionCaseClosed,
    JudgmentRecorded,
    LimitationNear,
    LimitationRanOut,
    LimitationRestarted,
    PaymentOverdue,
    PromiseBroken,
    PromiseKept,
    PromiseMade,
    Whose,
)
from contracts.erp import Instalment
from credit_svc.receivables.facts import EMPTY

LegalEvent = (
    CaseStageReached
    | CaseMilestoneRecorded
    | CaseClockStarted
    | CaseClockNear
    | CaseClockEnded
    | CaseClockRanOut
    | CollectionCaseClosed
    | AwardRecorded
    | AwardReviewed
    | JudgmentRecorded
    | AppealNoted
    | PromiseMade
    | PromiseKept
    | PromiseBroken
    | LimitationRestarted
    | LimitationNear
    | LimitationRanOut
    | PaymentOverdue
)

OF_ITEMS = (
    AwardRecorded, AwardReviewed, JudgmentRecorded, AppealNoted, LimitationRestarted, LimitationNear, LimitationRanOut,
)  # fmt: skip
"""What is known of invoices, whatever becomes of the case."""

OF_CASE = (CaseMilestoneRecorded, CaseClockStarted, CaseClockNear, CaseClockEnded)
"""What ends with the case."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A term that runs: ``next_on`` is the day on which something is said of it, at the latest the day after its last."""

    begins_on: date
    ends_on: date
    whose: Whose
    next_on: date
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Limitation:
    """What was said last of the limitation of an invoice: its last day; ``next_on`` None: nothing is said any more."""

    until: date
    next_on: date | None


@dataclass(frozen=True)
class Legal:
    """``items``, ``clocks`` and ``milestones`` are of the open case; ``open_again``: the case whose award counts no more;
    any way may begin there.

    ``instalments``: agreed before a tribunal or a court and not promised yet, of ``agreed``; ``promised``: the promise of the last one.
    ``acts``: invoice → the latest day on which something else than money began its limitation.
    """

    items: tuple[CaseItem, ...] = ()
    clocks: Map[ClockName, Clock] = EMPTY
    milestones: Map[str, CaseMilestoneRecorded] = EMPTY
    open_again: str | None = None
    awards: Map[str, AwardRecorded] = EMPTY
    void: Map[str, AwardReviewed] = EMPTY
    judgments: Map[str, JudgmentRecorded] = EMPTY
    appeals: Map[str, AppealNoted] = EMPTY
    instalments: tuple[Instalment, ...] = ()
    agreed: AwardRecorded | JudgmentRecorded | None = None
    promised: str | None = None
    kept_on: date | None = None
    acts: Map[str, date] = EMPTY
    limitations: Map[str, Limitation] = EMPTY

    def awards_on(self, invoice_ids: Iterable[str]) -> list[AwardRecorded]:
        """The awards about any of these invoices, the earliest first, whether they count or not."""
        wanted = set(invoice_ids)
        found = [each for each in self.awards.values() if wanted & {item.invoice_id for item in each.items}]
        return sorted(found, key=lambda each: (each.made_on, each.award_id))

    def is_void(self, invoice_id: str) -> bool:
        """Whether an award about an invoice was set aside, or its enforcement refused."""
        return any(each.award_id in self.void for each in self.awards_on((invoice_id,)))

    def judgments_of(self, case_id: str) -> list[JudgmentRecorded]:
        return [each for each in self.judgments.values() if each.case_id == case_id]


def evolve(legal: Legal, event: LegalEvent) -> Legal:
    match event:
        case CaseStageReached(number=1) as e:
            return replace(legal, items=e.items, milestones=EMPTY, open_again=None)
        case CaseMilestoneRecorded() as e:
            return replace(legal, milestones=legal.milestones.set(e.milestone, e))
        case CollectionCaseClosed():
            return _without_case(legal)
        case CaseClockStarted() | CaseClockNear() | CaseClockEnded() | CaseClockRanOut():
            return replace(legal, clocks=_run(legal.clocks, event))
        case AwardRecorded() as e:
            return _agreed(replace(legal, awards=legal.awards.set(e.award_id, e)), e)
        case AwardReviewed(outcome="granted") as e:
            return replace(legal, void=legal.void.set(e.award_id, e), open_again=e.case_id)
        case JudgmentRecorded() as e:
            return _agreed(replace(legal, judgments=legal.judgments.set(e.judgment_id, e)), e)
        case AppealNoted() as e:
            return replace(legal, appeals=legal.appeals.set(e.judgment_id, e))
        case PromiseMade(promise_id=promise_id) if (
            legal.instalments and event.promised_on == legal.instalments[0].due_on
        ):
            return replace(legal, instalments=legal.instalments[1:], promised=promise_id)
        case PromiseKept(promise_id=promise_id) if promise_id == legal.promised:
            return replace(legal, promised=None, kept_on=event.kept_on)
        case PromiseBroken(promise_id=promise_id) if promise_id == legal.promised:
            return replace(legal, instalments=(), agreed=None, promised=None, kept_on=None)
        case LimitationRestarted() | LimitationNear() | LimitationRanOut():
            return _limited(legal, event)
        case PaymentOverdue(invoice_id=invoice_id, limitation_until=date() as until) if invoice_id in legal.limitations:
            known = Limitation(until, event.limitation_near_on or add_days(until, 1))
            return replace(legal, limitations=legal.limitations.set(invoice_id, known))
    return legal


def _without_case(legal: Legal) -> Legal:
    """Awards, judgments and limitations stay."""
    return replace(
        legal, items=(), clocks=EMPTY, milestones=EMPTY, open_again=None, instalments=(), agreed=None,
        promised=None, kept_on=None,
    )  # fmt: skip


def _agreed(legal: Legal, event: AwardRecorded | JudgmentRecorded) -> Legal:
    if not event.instalments:
        return legal
    return replace(legal, instalments=event.instalments, agreed=event, promised=None, kept_on=None)


def _run(
    clocks: Map[ClockName, Clock], event: CaseClockStarted | CaseClockNear | CaseClockEnded | CaseClockRanOut
) -> Map[ClockName, Clock]:
    match event:
        case CaseClockStarted() as e:
            return clocks.set(e.clock, Clock(e.begins_on, e.ends_on, e.whose, next_look(e), e.reference))
        case CaseClockNear() as e if e.clock in clocks:
            return clocks.set(e.clock, replace(clocks[e.clock], next_on=next_look(e)))
        case CaseClockEnded(clock=clock) | CaseClockRanOut(clock=clock, whose=str()) if clock in clocks:
            return clocks.delete(clock)  # type: ignore[arg-type]
    return clocks


def _limited(legal: Legal, event: LimitationRestarted | LimitationNear | LimitationRanOut) -> Legal:
    next_on = None if isinstance(event, LimitationRanOut) else next_look(event)
    known = legal.limitations.set(event.invoice_id, Limitation(event.until, next_on))
    acts = legal.acts
    if isinstance(event, LimitationRestarted) and event.by not in ("part_payment", "restated"):
        acts = acts.set(event.invoice_id, max(event.restarted_on, acts.get(event.invoice_id, date.min)))
    return replace(legal, limitations=known, acts=acts)


def next_look(event: CaseClockStarted | CaseClockNear | LimitationRestarted | LimitationNear) -> date:
    """The day of the next reminder, else the one after the last of the term."""
    ends_on = event.until if isinstance(event, LimitationRestarted | LimitationNear) else event.ends_on
    return event.near_on or add_days(ends_on, 1)
