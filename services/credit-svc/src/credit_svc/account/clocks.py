"""The terms of the law that begin and end with what happens in a case."""

from dataclasses import dataclass
from datetime import date

from chassis.calendar import add_days
from contracts.credit import CaseClockEnded, CaseClockStarted, Procedure, Whose
from credit_svc.account.decision import AccountDecision
from credit_svc.collection.case import Case
from credit_svc.collection.clocks import BACKWARDS, CLOCKS, Happening, belongs
from credit_svc.policies.legal import LegalTerm, LegalTermsPolicy, next_reminder


@dataclass(frozen=True, slots=True)
class Occasion:
    """What happened on a day, which terms begin or end with; ``noted_on``: the day on which it is recorded.

    ``reference``: the award or judgment that it is about. ``whose``: who has to act within the terms that begin, None: as usual.
    ``hearing_on``: the day from which a notice is counted back. ``starts``: whether terms begin with it.
    """

    happening: Happening
    on: date
    noted_on: date
    reference: str | None = None
    whose: Whose | None = None
    procedure: Procedure = "ordinary"
    hearing_on: date | None = None
    starts: bool = True


def note(decision: AccountDecision, case: Case, occasion: Occasion) -> None:
    """What waited for it ends, and what the law begins with it begins."""
    for name, clock in sorted(decision.state.legal.clocks.items()):
        is_of_another = occasion.reference is not None and clock.reference not in (None, occasion.reference)
        if occasion.happening in CLOCKS[name].waits_for and not is_of_another:
            _end(decision, case.case_id, name, occasion.happening, occasion.on)
    policy = decision.policy(LegalTermsPolicy, occasion.noted_on).document
    for term in policy.begun_by(occasion.happening, occasion.on) if occasion.starts else ():
        if belongs(term.name, case.way, occasion.procedure):
            _start(decision, case, term, occasion)


def stop(decision: AccountDecision, case_id: str, cause: str, on: date) -> None:
    """Every term of a case ends: its way has ended, or begins anew."""
    for name in sorted(decision.state.legal.clocks):
        _end(decision, case_id, name, cause, on)


def _end(decision: AccountDecision, case_id: str, name: str, cause: str, on: date) -> None:
    decision.emit(
        CaseClockEnded.model_validate(
            {"case_id": case_id, "customer_id": decision.id, "clock": name, "cause": cause, "ended_on": on}
        )
    )


def _start(decision: AccountDecision, case: Case, term: LegalTerm, occasion: Occasion) -> None:
    assert case.way is not None
    policy = decision.policy(LegalTermsPolicy, occasion.noted_on)
    ends_on = policy.document.working_day(term.last_of(occasion.on))
    if term.name == BACKWARDS:
        ends_on = add_days(occasion.hearing_on or occasion.on, -term.length)
    whose = occasion.whose or CLOCKS[term.name].whose
    after = max(occasion.on, add_days(occasion.noted_on, -1))
    decision.emit(
        CaseClockStarted(
            case_id=case.case_id,
            customer_id=decision.id,
            way=case.way,
            clock=term.name,
            begins_on=occasion.on,
            ends_on=ends_on,
            whose=whose,
            law=term.law,
            near_on=next_reminder(ends_on, policy.document.near_days, after) if whose == "ours" else None,
            reference=occasion.reference,
            policy_version=policy.version,
        )
    )
