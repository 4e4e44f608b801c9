"""Judgments of courts, appeals against them, and what enforcement brings."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from chassis.differences import difference, fields_of
from chassis.domain import Refusal
from contracts.credit import AppealNoted, EnforcementRecorded, JudgmentRecorded, Outcome
from contracts.erp import Instalment
from credit_svc.account.clocks import Occasion, note
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.refusals import FactDiffers, require_case
from credit_svc.account.suits import items_of
from credit_svc.account.verdicts import conclude, require_currency_of_claim, require_hearing, stage_of
from credit_svc.policies.legal import LegalTermsPolicy
from credit_svc.receivables.facts import NOTHING


@dataclass(frozen=True, slots=True)
class RecordJudgment:
    """``instance`` 1 or 2; ``is_final``: nobody can appeal, as of a small claim. ``instalments``: what the parties agreed on."""

    case_id: str
    customer_id: str
    judgment_id: str
    instance: int
    outcome: Outcome
    adjudged: Decimal
    costs: Decimal
    currency: str
    made_on: date
    served_on: date
    is_final: bool
    perform_by: date | None
    instalments: tuple[Instalment, ...]
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class NoteAppeal:
    case_id: str
    customer_id: str
    judgment_id: str
    by_us: bool
    noted_on: date
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class RecordEnforcement:
    case_id: str
    customer_id: str
    collected: Decimal
    currency: str
    enforced_on: date
    what: Literal["paid", "nothing_found", "ended"]
    note: str
    by: str
    on: date


class UnknownJudgment(Refusal):
    """Case {case_id} has no judgment {judgment_id}."""

    status = 404


class NobodyAppealed(Refusal):
    """Nobody appealed a judgment of case {case_id}; there is no second instance."""


class JudgmentStands(Refusal):
    """The judgment {judgment_id} of {day} stands; note an appeal against it, and record that of the second instance."""


class SecondInstanceDecided(Refusal):
    """The judgment {judgment_id} of {day} is of the second instance, and final; no other one follows it."""


class AppealTooLate(Refusal):
    """The judgment {judgment_id} is final since {day}; no appeal is possible."""


class EnforcementNotBegun(Refusal):
    """Case {case_id} is at {stage}; enforcement has not begun."""


CONTENTS = (
    "case_id", "instance", "outcome", "adjudged", "costs", "currency", "made_on", "served_on", "perform_by", "instalments",
)  # fmt: skip
OWN_ID = "Give the new one an id of its own."


def _record(decision: AccountDecision, command: RecordJudgment) -> None:
    """The judgment with the last day of an appeal; what follows from it waits until it is final. Raises a refusal before the hearing,
    for a second one of an instance, and for one of the second without an appeal."""
    legal = decision.state.legal
    known = legal.judgments.get(command.judgment_id)
    if known is not None:
        if differs := difference(fields_of(known, CONTENTS), fields_of(command, CONTENTS)):
            raise FactDiffers(what="Judgment", id=command.judgment_id, difference=differs, advice=OWN_ID)
        return
    case = require_case(decision, command.case_id)
    require_hearing(case, "litigation", "judgment")
    earlier = legal.judgments_of(case.case_id)
    if command.instance == 2 and not any(each.judgment_id in legal.appeals for each in earlier):
        raise NobodyAppealed(case_id=case.case_id)
    for final in earlier:
        if final.instance == 2:
            raise SecondInstanceDecided(judgment_id=final.judgment_id, day=final.made_on)
    if command.instance == 1 and earlier:
        raise JudgmentStands(judgment_id=earlier[-1].judgment_id, day=earlier[-1].made_on)
    items = legal.items or items_of(decision, ())
    require_currency_of_claim(decision, case, [each.invoice_id for each in items], command.currency)
    policy = decision.policy(LegalTermsPolicy, command.on)
    is_final = command.is_final or command.instance == 2 or command.outcome == "settled"
    judgment = JudgmentRecorded(
        case_id=case.case_id,
        customer_id=decision.id,
        judgment_id=command.judgment_id,
        instance=command.instance,
        outcome=command.outcome,
        claimed=sum((each.amount for each in items), NOTHING),
        adjudged=command.adjudged,
        costs=command.costs,
        currency=command.currency,
        made_on=command.made_on,
        served_on=command.served_on,
        appeal_until=None if is_final else policy.document.last_day("appeal", command.served_on),
        is_final=is_final,
        perform_by=command.perform_by,
        items=items,
        instalments=command.instalments,
        recorded_by=command.by,
        policy_version=policy.version,
    )
    decision.emit(judgment)
    whose: Literal["ours", "theirs"] = "ours" if command.outcome in ("partly", "dismissed") else "theirs"
    served = Occasion("judgment_served", command.served_on, command.on, command.judgment_id, whose, starts=not is_final)
    note(decision, case, served)
    if judgment.appeal_until is None:
        conclude(decision, judgment, command.on)


def _appeal(decision: AccountDecision, command: NoteAppeal) -> None:
    """Raises UnknownJudgment, and AppealTooLate."""
    case, legal = require_case(decision, command.case_id), decision.state.legal
    judgment = legal.judgments.get(command.judgment_id)
    if judgment is None or judgment.case_id != command.case_id:
        raise UnknownJudgment(case_id=command.case_id, judgment_id=command.judgment_id)
    if command.judgment_id in legal.appeals:
        return
    if judgment.appeal_until is None or judgment.appeal_until < command.noted_on:
        raise AppealTooLate(judgment_id=command.judgment_id, day=judgment.appeal_until or judgment.served_on)
    decision.emit(
        AppealNoted(
            case_id=case.case_id,
            customer_id=decision.id,
            judgment_id=command.judgment_id,
            by_us=command.by_us,
            noted_on=command.noted_on,
            recorded_by=command.by,
        )
    )
    note(decision, case, Occasion("appealed", command.noted_on, command.on, command.judgment_id))


def _enforce(decision: AccountDecision, command: RecordEnforcement) -> None:
    """Raises EnforcementNotBegun."""
    case = require_case(decision, command.case_id)
    if case.way == "delegated" or case.stages[-1:] != ("enforcement",):
        raise EnforcementNotBegun(case_id=case.case_id, stage=stage_of(case))
    decision.emit(
        EnforcementRecorded(
            case_id=case.case_id,
            customer_id=decision.id,
            collected=command.collected,
            currency=command.currency,
            on=command.enforced_on,
            what=command.what,
            note=command.note,
            recorded_by=command.by,
        )
    )


DECIDE: Handlers = {RecordJudgment: _record, NoteAppeal: _appeal, RecordEnforcement: _enforce}
