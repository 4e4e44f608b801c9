"""Claims for nonconformances that the supplier answers for."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from itertools import chain, count, takewhile
from typing import Literal, assert_never

from chassis.domain import Decision, Refusal
from chassis.policies import PolicyVersion
from contracts.currencies import check_places, money
from contracts.supplier import ClaimRaised, ClaimSettled, ClaimUnpriced
from supplier_svc.policies.incentives import SupplierIncentives
from supplier_svc.scoring.period import month_of
from supplier_svc.scoring.tally import Nonconformance
from supplier_svc.sentences import BY_SEVERITY, Sentences
from supplier_svc.supplier import notes
from supplier_svc.supplier.repeats import check_same
from supplier_svc.supplier.rules.claims import Defective, Unknown, delivery_of, price, received_of
from supplier_svc.supplier.state import Supplier
from supplier_svc.supplier.state.claims import Claim


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


class ClaimBeforeRecord(Refusal):
    """{nonconformance_id} was found on {found_on}; nothing can be claimed for it on {raised_on}."""

    status = 422


class BeforeTheClaim(Refusal):
    """Claim {claim_id} was raised on {raised_on}; it cannot be answered or settled on {day}."""

    status = 422


class MoreThanClaimed(Refusal):
    """Claim {claim_id} is for {claimed}; it cannot be settled with {amount}."""

    status = 422


class SettledInFractions(Refusal):
    """Claim {claim_id} cannot be settled so: {because}."""

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
    of = {"supplier_id": command.supplier_id, "nonconformance_id": command.nonconformance_id}
    if record is None:
        raise NothingToClaimFor(**of)
    if record.responsibility != "supplier":
        raise NotTheSuppliers(**of, responsibility=record.responsibility)
    if command.raised_on < record.found_on:
        raise ClaimBeforeRecord(**of, found_on=record.found_on, raised_on=command.raised_on)
    decision.emit(
        ClaimRaised(
            supplier_id=command.supplier_id,
            claim_id=command.claim_id,
            nonconformance_id=command.nonconformance_id,
            amount=command.amount,
            currency=command.currency,
            because=command.because,
            raised_on=command.raised_on,
            answer_by=decision.policy(SupplierIncentives, command.raised_on).document.answer_by(command.raised_on),
            lot_id=record.lot_id,
            item_id=record.item_id,
        )
    )


def _settle(command: SettleClaim, decision: Decision[Supplier]) -> None:
    claim = open_claim(decision, command.claim_id)
    check_follows(command.claim_id, claim, command.settled_on)
    if command.amount > claim.amount:
        raise MoreThanClaimed(
            claim_id=command.claim_id,
            claimed=money(claim.amount, claim.currency),
            amount=money(command.amount, claim.currency),
        )
    try:
        check_places(command.amount, claim.currency)
    except ValueError as error:
        raise SettledInFractions(claim_id=command.claim_id, because=str(error)) from error
    emit_settled(
        decision, command.claim_id, claim.amount, command.amount, command.because, command.settled_on, "person"
    )


def after_record(
    decision: Decision[Supplier], nonconformance_id: str, record: Nonconformance, on: date | None = None
) -> None:
    """The claim that the policy raises for a record; what was claimed is taken back when the supplier turns out not to answer for it.

    ``on``: the day on which that was decided, where it is known.
    """
    if record.responsibility == "supplier":
        _claim(decision, nonconformance_id, record, record.found_on)
    else:
        _take_back(decision, nonconformance_id, on or record.found_on)


def after_delivery(decision: Decision[Supplier], item_id: str, lot_id: str, on: date) -> None:
    """The claims that waited for the price of the lot."""
    for nonconformance_id in decision.state.claims.unpriced.get((item_id, lot_id), ()):
        record = decision.state.facts.nonconformance(nonconformance_id)
        if record is not None and record.responsibility == "supplier":
            _claim(decision, nonconformance_id, record, max(on, record.found_on))


def _claim(decision: Decision[Supplier], nonconformance_id: str, record: Nonconformance, on: date) -> None:
    raised = decision.state.claims.of_record.get(nonconformance_id, ())
    if any(not decision.state.claims.by_id[claim_id].is_void for claim_id in raised):
        return
    policy = decision.policy(SupplierIncentives, record.found_on)
    item_id, lot_id, defective = record.item_id or "", record.lot_id or "", record.quantity or Decimal(0)
    received = received_of(decision.state.facts, item_id, lot_id)
    quantity = min(defective, received or defective)
    found = Defective(record.severity, item_id, lot_id, quantity, _minutes(decision, nonconformance_id, record, policy))
    delivered = delivery_of(decision.state.facts, item_id, lot_id, record.found_on)
    priced = price(found, delivered, policy.document)
    if isinstance(priced, Unknown):
        if nonconformance_id not in decision.state.claims.unpriced.get((item_id, lot_id), ()):
            decision.emit(
                ClaimUnpriced(
                    supplier_id=decision.id,
                    nonconformance_id=nonconformance_id,
                    item_id=item_id,
                    lot_id=lot_id,
                    severity=record.severity,
                    quantity=defective,
                    found_on=record.found_on,
                    because=priced.because,
                    policy_version=policy.version,
                )
            )
    elif priced.amount:
        because = BY_SEVERITY[record.severity](nonconformance_id=nonconformance_id)
        if quantity < defective:
            because = Sentences.CLAIMED_AS_RECEIVED(
                nonconformance_id=nonconformance_id,
                quantity=defective,
                received=received,
                lot_id=lot_id,
            )
        decision.emit(
            ClaimRaised(
                supplier_id=decision.id,
                claim_id=_next_id(decision, nonconformance_id),
                nonconformance_id=nonconformance_id,
                amount=priced.amount,
                currency=priced.currency,
                because=because,
                raised_on=on,
                policy_version=policy.version,
                answer_by=policy.document.answer_by(on),
                lot_id=record.lot_id,
                item_id=record.item_id,
                quantity=None if record.quantity is None else quantity,
                unit_price=priced.unit_price,
                delivery_id=priced.delivery_id,
            )
        )


def _next_id(decision: Decision[Supplier], nonconformance_id: str) -> str:
    """``CL-`` and the nonconformance; a number behind it where that is taken."""
    taken, first = decision.state.claims.by_id, f"CL-{nonconformance_id}"
    return next(each for each in chain([first], (f"{first}-{n}" for n in count(2))) if each not in taken)


def _minutes(
    decision: Decision[Supplier],
    nonconformance_id: str,
    record: Nonconformance,
    policy: PolicyVersion[SupplierIncentives],
) -> int:
    """How long a line stood still, claimed with the first claim for a defect of the inspection."""
    if not policy.document.line_stop_per_minute or record.inspection_id is None:
        return 0
    inspected, of_record = decision.state.facts.inspections[record.inspection_id], decision.state.claims.of_record
    on_record = decision.state.facts.tallies[month_of(record.found_on)].records
    siblings = takewhile(on_record.__contains__, (f"{record.inspection_id}:{n}" for n in count(1)))
    claims = (claim_id for each in siblings if each != nonconformance_id for claim_id in of_record.get(each, ()))
    is_claimed = any(not decision.state.claims.by_id[claim_id].is_void for claim_id in claims)
    return 0 if is_claimed else inspected.line_stop_minutes


def _take_back(decision: Decision[Supplier], nonconformance_id: str, on: date) -> None:
    """Open claims are withdrawn; of a settled one the note is reversed, and one without a note stays as it was settled."""
    for claim_id in decision.state.claims.of_record.get(nonconformance_id, ()):
        claim = decision.state.claims.by_id[claim_id]
        if claim.is_void or (claim.is_settled and not notes.is_charged(decision.state, claim_id)):
            continue
        day, because = max(on, claim.raised_on), Sentences.NOT_THE_SUPPLIERS(nonconformance_id=nonconformance_id)
        emit_settled(decision, claim_id, claim.amount, Decimal(0), because, day, "record")
        notes.reverse(decision, claim_id, because, day)


def open_claim(decision: Decision[Supplier], claim_id: str) -> Claim:
    """Raises ClaimUnknown where there is none, or it is settled."""
    claim = decision.state.claims.by_id.get(claim_id)
    if claim is None or claim.is_settled:
        raise ClaimUnknown(supplier_id=decision.id, claim_id=claim_id)
    return claim


def check_follows(claim_id: str, claim: Claim, day: date) -> None:
    """Raises BeforeTheClaim for an answer or a settlement on a day before the claim was raised."""
    if day < claim.raised_on:
        raise BeforeTheClaim(claim_id=claim_id, raised_on=claim.raised_on, day=day)


def emit_settled(
    decision: Decision[Supplier],
    claim_id: str,
    claimed: Decimal,
    amount: Decimal,
    because: str,
    on: date,
    by: Literal["person", "silence", "record"],
) -> None:
    """The settlement, and the note to finance where the supplier pays."""
    outcome: Literal["accepted", "reduced", "withdrawn"]
    outcome = "withdrawn" if not amount else "accepted" if amount == claimed else "reduced"
    claim = decision.state.claims.by_id[claim_id]
    decision.emit(
        ClaimSettled(
            supplier_id=decision.id,
            claim_id=claim_id,
            outcome=outcome,
            amount=amount,
            currency=claim.currency,
            because=because,
            settled_on=on,
            settled_by=by,
            nonconformance_id=claim.nonconformance_id,
        )
    )
    if amount:
        notes.charge(decision, claim_id, claim, amount, on)
