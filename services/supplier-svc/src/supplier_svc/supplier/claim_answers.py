"""What becomes of a claim by what its supplier says to it: accepted, contested, or accepted by silence."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from chassis.domain import Decision, Refusal
from supplier_svc.sentences import Sentences
from supplier_svc.supplier import objections
from supplier_svc.supplier.claims import ClaimUnknown, check_follows, emit_settled, open_claim
from supplier_svc.supplier.state import Supplier


@dataclass(frozen=True, slots=True)
class AcceptClaim:
    """The supplier accepts the whole claim."""

    supplier_id: str
    claim_id: str
    accepted_on: date


@dataclass(frozen=True, slots=True)
class ContestClaim:
    """The supplier objects to the nonconformance that is claimed for; the days to answer stop until that is decided."""

    supplier_id: str
    claim_id: str
    objection_id: str
    reason: str
    evidence: tuple[str, ...]
    raised_on: date


@dataclass(frozen=True, slots=True)
class SettleUnanswered:
    """Nobody contested the claim by ``answer_by``, its last day."""

    supplier_id: str
    claim_id: str
    answer_by: date
    settled_on: date


Command = AcceptClaim | ContestClaim | SettleUnanswered


class ContestedAlready(Refusal):
    """Claim {claim_id} is contested already."""


class ObjectionOpen(Refusal):
    """Claim {claim_id} is contested; it can be accepted when objection {objection_id} is decided."""


def decide(command: Command, decision: Decision[Supplier]) -> None:
    match command:
        case AcceptClaim(claim_id=claim_id):
            claim = open_claim(decision, claim_id)
            check_follows(claim_id, claim, command.accepted_on)
            if (objection_id := _open_objection(decision, claim.nonconformance_id)) is not None:
                raise ObjectionOpen(claim_id=claim_id, objection_id=objection_id)
            because = Sentences.CLAIM_ACCEPTED(claim_id=claim_id)
            emit_settled(decision, claim_id, claim.amount, claim.amount, because, command.accepted_on, "person")
        case ContestClaim():
            _contest(command, decision)
        case SettleUnanswered(claim_id=claim_id):
            unanswered = decision.state.claims.by_id.get(claim_id)
            if unanswered is None or unanswered.is_settled:
                return
            because, amount = Sentences.NOT_CONTESTED(day=command.answer_by), unanswered.amount
            emit_settled(decision, claim_id, amount, amount, because, command.settled_on, "silence")
        case _:
            assert_never(command)


def _contest(command: ContestClaim, decision: Decision[Supplier]) -> None:
    claim = decision.state.claims.by_id.get(command.claim_id)
    is_repeated = command.objection_id in decision.state.objections.by_id
    if claim is None or (claim.is_settled and not is_repeated):
        raise ClaimUnknown(supplier_id=command.supplier_id, claim_id=command.claim_id)
    if not is_repeated and _open_objection(decision, claim.nonconformance_id) is not None:
        raise ContestedAlready(claim_id=command.claim_id)
    check_follows(command.claim_id, claim, command.raised_on)
    objection = objections.RaiseObjection(
        supplier_id=command.supplier_id,
        objection_id=command.objection_id,
        record_kind="nonconformance",
        record_id=claim.nonconformance_id,
        reason=command.reason,
        evidence=command.evidence,
        raised_on=command.raised_on,
    )
    objections.decide(objection, decision)


def _open_objection(decision: Decision[Supplier], nonconformance_id: str) -> str | None:
    """The id of the objection to a nonconformance that is not decided yet; None where there is none."""
    about = ("nonconformance", nonconformance_id)
    known = decision.state.objections.by_id.items()
    return next(
        (id for id, each in known if each.outcome is None and (each.record_kind, each.record_id) == about), None
    )
