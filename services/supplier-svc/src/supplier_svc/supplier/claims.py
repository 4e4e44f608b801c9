"""Claims for nonconformances that the supplier answers for."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, assert_never

from chassis.domain import Decision, Refusal
from contracts.currencies import money
from contracts.supplier import ClaimRaised, ClaimSettled
from supplier_svc.policies.incentives import SupplierIncentives
from supplier_svc.scoring.tally import Nonconformance
from supplier_svc.sentences import BY_SEVERITY, Sentences
from supplier_svc.supplier.repeats import check_same
from supplier_svc.supplier.state import Supplier


@dataclass(frozen=True, slots=True)
class RaiseClaim:
    supplier_id: str
    claim_id: str
    nonconformance_id: str
    amount: Decimal
    currency: str
    because: str
    raised_on: date


@dataclass(frozen=True, slots=True)
class SettleClaim:
    """``amount`` is what the supplier pays in the end; 0 withdraws the claim."""

    supplier_id: str
    claim_id: str
    amount: Decimal
    because: str
    settled_on: date


Command = RaiseClaim | SettleClaim


class NotTheSuppliers(Refusal):
    """Supplier {supplier_id} does not answer for {nonconformance_id} ({responsibility}), so nothing can be claimed for it."""


class NothingToClaimFor(Refusal):
    """Supplier {supplier_id} has no nonconformance {nonconformance_id} to claim for."""

    status = 404


class ClaimUnknown(Refusal):
    """Supplier {supplier_id} has no open claim {claim_id}."""

    status = 404


class MoreThanClaimed(Refusal):
    """Claim {claim_id} is for {claimed}; it cannot be settled with {amount}."""

    status = 422


def decide(command: Command, decision: Decision[Supplier]) -> None:
    match command:
        case RaiseClaim():
            _raise(command, decision)
        case SettleClaim():
            _settle(command, decision)
        case _:
            assert_never(command)


def _raise(command: RaiseClaim, decision: Decision[Supplier]) -> None:
    if (on_record := decision.state.claims.by_id.get(command.claim_id)) is not None:
        check_same(f"Claim {command.claim_id}", asdict(on_record), asdict(command))
        return
    record = decision.state.facts.nonconformance(command.nonconformance_id)
    if record is None:
        raise NothingToClaimFor(supplier_id=command.supplier_id, nonconformance_id=command.nonconformance_id)
    if record.responsibility != "supplier":
        raise NotTheSuppliers(
            supplier_id=command.supplier_id,
            nonconformance_id=command.nonconformance_id,
            responsibility=record.responsibility,
        )
    decision.emit(
        ClaimRaised(
            supplier_id=command.supplier_id,
            claim_id=command.claim_id,
            nonconformance_id=command.nonconformance_id,
            amount=command.amount,
            currency=command.currency,
            because=command.because,
            raised_on=command.raised_on,
        )
    )


def _settle(command: SettleClaim, decision: Decision[Supplier]) -> None:
    claim = decision.state.claims.by_id.get(command.claim_id)
    if claim is None or claim.is_settled:
        raise ClaimUnknown(supplier_id=command.supplier_id, claim_id=command.claim_id)
    if command.amount > claim.amount:
        raise MoreThanClaimed(
            claim_id=command.claim_id,
            claimed=money(claim.amount, claim.currency),
            amount=money(command.amount, claim.currency),
        )
    _emit_settled(decision, command.claim_id, claim.amount, command.amount, command.because, command.settled_on)


def after_record(decision: Decision[Supplier], nonconformance_id: str, record: Nonconformance) -> None:
    """The claim that the policy raises for a record; an open claim is withdrawn when the supplier turns out not to answer for it."""
    claims = decision.state.claims.by_id
    if record.responsibility == "supplier":
        policy, claim_id = decision.policy(SupplierIncentives, record.found_on), f"CL-{nonconformance_id}"
        amount = policy.document.claim(record.severity)
        if amount and claim_id not in claims:
            decision.emit(
                ClaimRaised(
                    supplier_id=decision.id,
                    claim_id=claim_id,
                    nonconformance_id=nonconformance_id,
                    amount=amount,
                    currency=policy.document.currency,
                    because=BY_SEVERITY[record.severity](nonconformance_id=nonconformance_id),
                    raised_on=record.found_on,
                    policy_version=policy.version,
                )
            )
        return
    for claim_id, claim in claims.items():
        if claim.nonconformance_id == nonconformance_id and not claim.is_settled:
            because = Sentences.NOT_THE_SUPPLIERS(nonconformance_id=nonconformance_id)
            _emit_settled(decision, claim_id, claim.amount, Decimal(0), because, record.found_on)


def _emit_settled(
    decision: Decision[Supplier], claim_id: str, claimed: Decimal, amount: Decimal, because: str, on: date
) -> None:
    outcome: Literal["accepted", "reduced", "withdrawn"]
    outcome = "withdrawn" if not amount else "accepted" if amount == claimed else "reduced"
    decision.emit(
        ClaimSettled(
            supplier_id=decision.id,
            claim_id=claim_id,
            outcome=outcome,
            amount=amount,
            currency=decision.state.claims.by_id[claim_id].currency,
            because=because,
            settled_on=on,
        )
    )
