"""The last days of terms that run in a case: ours are reminded of, and what ran out is told, with what follows from it."""

from dataclasses import dataclass
from datetime import date

from contracts.credit import CaseClockNear, CaseClockRanOut, ClockName
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.verdicts import conclude
from credit_svc.collection.case import Case
from credit_svc.collection.legal import Clock
from credit_svc.policies.legal import LegalTermsPolicy, next_reminder


@dataclass(frozen=True, slots=True)
class CheckClocks:
    """``on``: a day on which something is to be said of a term of the case."""

    case_id: str
    customer_id: str
    on: date


def _check(decision: AccountDecision, command: CheckClocks) -> None:
    case, on = decision.state.case, command.on
    if case is None or case.case_id != command.case_id:
        return
    for name, clock in sorted(decision.state.legal.clocks.items()):
        if clock.next_on > on:
            continue
        if clock.ends_on < on:
            _run_out(decision, case, name, clock, on)
        else:
            _remind(decision, case, name, clock, on)


def _remind(decision: AccountDecision, case: Case, name: ClockName, clock: Clock, on: date) -> None:
    assert case.way is not None
    days = decision.policy(LegalTermsPolicy, on).document.near_days
    decision.emit(
        CaseClockNear(
            case_id=case.case_id,
            customer_id=decision.id,
            way=case.way,
            clock=name,
            ends_on=clock.ends_on,
            days_left=(clock.ends_on - on).days,
            reminded_on=on,
            near_on=next_reminder(clock.ends_on, days, on),
        )
    )


def _run_out(decision: AccountDecision, case: Case, name: ClockName, clock: Clock, on: date) -> None:
    """A judgment that nobody appealed in time is final."""
    assert case.way is not None
    decision.emit(
        CaseClockRanOut(
            case_id=case.case_id,
            customer_id=decision.id,
            way=case.way,
            stage=case.stages[-1],
            clock=name,
            ran_out_on=on,
            whose=clock.whose,
        )
    )
    judgment = decision.state.legal.judgments.get(clock.reference or "")
    if name == "appeal" and judgment is not None:
        conclude(decision, judgment, on)


DECIDE: Handlers = {CheckClocks: _check}
