"""Awards of tribunals, and what courts decide about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from chassis.differences import difference, fields_of
from chassis.domain import Refusal
from contracts.credit import AwardRecorded, AwardReviewed, Outcome, WriteOffRejected
from contracts.erp import Instalment
from credit_svc.account.clocks import Occasion, note
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.refusals import FactDiffers, require_case
from credit_svc.account.suits import items_of, require_undecided
from credit_svc.account.verdicts import conclude, require_currency_of_claim, require_hearing
from credit_svc.policies.legal import LegalTermsPolicy
from credit_svc.receivables.facts import NOTHING
from credit_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class RecordAward:
    """``items``: invoices that it is about; empty: those of the case. ``instalments``: what the parties agreed on."""

    case_id: str
    customer_id: str
    award_id: str
    outcome: Outcome
    awarded: Decimal
    costs: Decimal
    currency: str
    made_on: date
    received_on: date
    perform_by: date | None
    items: tuple[str, ...]
    instalments: tuple[Instalment, ...]
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class ReviewAward:
    case_id: str
    customer_id: str
    award_id: str
    kind: Literal["set_aside", "enforcement_refused"]
    outcome: Literal["granted", "rejected"]
    decided_on: date
    by: str
    on: date


class UnknownAward(Refusal):
    """Case {case_id} has no award {award_id}."""

    status = 404


CONTENTS = ("case_id", "outcome", "awarded", "costs", "currency", "made_on", "received_on", "perform_by", "instalments")
OWN_ID = "Give the new one an id of its own."


def _record(decision: AccountDecision, command: RecordAward) -> None:
    """The award with its last days, then what follows from it. Raises a refusal before the hearing, and after another award."""
    known = decision.state.legal.awards.get(command.award_id)
    if known is not None:
        if differs := difference(fields_of(known, CONTENTS), fields_of(command, CONTENTS)):
            raise FactDiffers(what="Award", id=command.award_id, difference=differs, advice=OWN_ID)
        return
    case = require_case(decision, command.case_id)
    claimed = items_of(decision, command.items) if command.items else decision.state.legal.items
    claimed = claimed or items_of(decision, ())
    ids = [each.invoice_id for each in claimed]
    require_undecided(decision, ids)
    require_hearing(case, "arbitration", "award")
    require_currency_of_claim(decision, case, ids, command.currency)
    policy = decision.policy(LegalTermsPolicy, command.on)
    has_use = command.awarded > 0 or command.costs > 0
    set_aside = policy.document.last_day("set_aside", command.received_on)
    award = AwardRecorded(
        case_id=case.case_id,
        customer_id=decision.id,
        award_id=command.award_id,
        outcome=command.outcome,
        claimed=sum((each.amount for each in claimed), NOTHING),
        awarded=command.awarded,
        costs=command.costs,
        currency=command.currency,
        made_on=command.made_on,
        received_on=command.received_on,
        perform_by=command.perform_by,
        set_aside_until=set_aside or command.received_on,
        enforce_until=policy.document.last_day("enforcement", command.perform_by or command.made_on)
        if has_use
        else None,
        items=claimed,
        instalments=command.instalments,
        recorded_by=command.by,
        policy_version=policy.version,
    )
    decision.emit(award)
    whose: Literal["ours", "theirs"] = "ours" if command.outcome in ("partly", "dismissed") else "theirs"
    received = Occasion("award_received", command.received_on, command.on, command.award_id, whose)
    note(decision, case, received)
    conclude(decision, award, command.on)


def _review(decision: AccountDecision, command: ReviewAward) -> None:
    """One that is granted ends the award: its terms, and the proposals to give up what it did not grant. Raises UnknownAward."""
    legal, award = decision.state.legal, decision.state.legal.awards.get(command.award_id)
    if award is None or award.case_id != command.case_id:
        raise UnknownAward(case_id=command.case_id, award_id=command.award_id)
    if command.award_id in legal.void:
        return
    decision.emit(
        AwardReviewed(
            case_id=command.case_id,
            customer_id=decision.id,
            award_id=command.award_id,
            kind=command.kind,
            outcome=command.outcome,
            decided_on=command.decided_on,
            recorded_by=command.by,
        )
    )
    case = decision.state.case
    if case is not None and case.case_id == command.case_id:
        note(decision, case, Occasion("reviewed", command.decided_on, command.on, command.award_id))
    if command.outcome == "granted":
        _withdraw(decision, [each.invoice_id for each in award.items], award, command)


def _withdraw(
    decision: AccountDecision, invoice_ids: Sequence[str], award: AwardRecorded, command: ReviewAward
) -> None:
    reason = Sentences.NOT_GRANTED_BY_AWARD(award_id=award.award_id, day=award.made_on)
    for invoice_id in invoice_ids:
        proposal = decision.state.claims.proposals.get(invoice_id)
        if proposal is not None and proposal.reason == reason:
            decision.emit(
                WriteOffRejected(
                    invoice_id=invoice_id,
                    customer_id=decision.id,
                    reason=Sentences.AWARD_COUNTS_NO_MORE(award_id=award.award_id, day=command.decided_on),
                    rejected_by=command.by,
                )
            )


DECIDE: Handlers = {RecordAward: _record, ReviewAward: _review}
