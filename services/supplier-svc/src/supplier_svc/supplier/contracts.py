"""Contracts with a supplier: signed, reminded of before their end, expired, terminated; what a supplier without one may not do."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import assert_never

from chassis.calendar import add_days
from chassis.domain import Decision, Refusal
from contracts.supplier import (
    ContractClause,
    ContractExpired,
    ContractExpiring,
    ContractKind,
    ContractSigned,
    ContractTerminated,
)
from supplier_svc.policies.qualification import SupplierQualification
from supplier_svc.supplier.repeats import check_same
from supplier_svc.supplier.rules import contracts as rules
from supplier_svc.supplier.rules.contracts import Term
from supplier_svc.supplier.state import Supplier


@dataclass(frozen=True, slots=True)
class SignContract:
    """``signed_on`` is the day from which on reminders are sent; left out it is not known, and all of them are."""

    supplier_id: str
    contract_id: str
    kind: ContractKind
    clauses: tuple[ContractClause, ...]
    starts_on: date
    ends_on: date
    information_exchanged: tuple[str, ...] = ()
    amount: Decimal | None = None
    currency: str | None = None
    owner_id: str | None = None
    signed_on: date | None = None


@dataclass(frozen=True, slots=True)
class RemindOfContract:
    """Publish one day's reminder of a contract's end, or on the day after it that the contract expired."""

    supplier_id: str
    contract_id: str
    on: date


@dataclass(frozen=True, slots=True)
class TerminateContract:
    """End a contract before its time; ``terminated_on`` is its last day."""

    supplier_id: str
    contract_id: str
    terminated_on: date
    because: str
    by: str


Command = SignContract | RemindOfContract | TerminateContract


class ContractEndsBeforeStart(Refusal):
    """Contract {contract_id} ends on {ends_on}, before it starts on {starts_on}."""

    status = 422


class ContractUnknown(Refusal):
    """Supplier {supplier_id} has no contract {contract_id}."""

    status = 404


class TerminatedBeforeSigning(Refusal):
    """Contract {contract_id} was there from {signed_on} on; it cannot end on {terminated_on}."""

    status = 422


class ContractOver(Refusal):
    """Contract {contract_id} ended on {day}; there is nothing to terminate."""


class ContractEnded(Refusal):
    """Contract {kind} of {id} ended on {day}; sign it before naming a new item."""


def decide(command: Command, decision: Decision[Supplier]) -> None:
    match command:
        case SignContract():
            _sign(command, decision)
        case RemindOfContract():
            _remind(command, decision)
        case TerminateContract():
            _terminate(command, decision)
        case _:
            assert_never(command)


def missing(decision: Decision[Supplier], on: date) -> tuple[tuple[ContractKind, ...], tuple[ContractClause, ...]]:
    """The kinds that an approval needs and of which no contract is in force on a day, and the clauses that none has which is."""
    policy, contracts = decision.policy(SupplierQualification, on).document, decision.state.contracts
    held = [*rules.in_force(contracts.terms, on)]
    kinds = {each.kind for each in held}
    covered = {clause for each in held for clause in contracts.by_id[each.contract_id].clauses}
    return (
        tuple(kind for kind in policy.contracts if kind not in kinds),
        tuple(clause for clause in policy.clauses if clause not in covered),
    )


def check_none_ended(decision: Decision[Supplier], on: date) -> None:
    """Raises ContractEnded where a kind that an approval needs ran out and was not signed again.

    A kind of which there never was a contract is none that ended: suppliers were adopted without.
    """
    for kind in decision.policy(SupplierQualification, on).document.contracts:
        if (day := rules.ended(kind, decision.state.contracts.terms, on)) is not None:
            raise ContractEnded(kind=kind.replace("_", " "), id=decision.id, day=day)


def _sign(command: SignContract, decision: Decision[Supplier]) -> None:
    if (on_record := decision.state.contracts.by_id.get(command.contract_id)) is not None:
        check_same(f"Contract {command.contract_id}", asdict(on_record), asdict(command))
        return
    if command.ends_on < command.starts_on:
        raise ContractEndsBeforeStart(
            contract_id=command.contract_id, ends_on=command.ends_on, starts_on=command.starts_on
        )
    policy = decision.policy(SupplierQualification, command.starts_on)
    decision.emit(
        ContractSigned(
            supplier_id=command.supplier_id,
            contract_id=command.contract_id,
            kind=command.kind,
            clauses=command.clauses,
            missing=tuple(clause for clause in policy.document.clauses if clause not in command.clauses),
            starts_on=command.starts_on,
            ends_on=command.ends_on,
            information_exchanged=command.information_exchanged,
            policy_version=policy.version,
            amount=command.amount,
            currency=command.currency,
            owner_id=command.owner_id,
            signed_on=command.signed_on,
            remind_on=tuple(_reminders(command, policy.document)),
        )
    )


def _reminders(command: SignContract, policy: SupplierQualification) -> Iterator[date]:
    """The days of the reminders, but for those before the signing."""
    for days in sorted(set(policy.contract_remind_days), reverse=True):
        on = add_days(command.ends_on, -days)
        if command.signed_on is None or on >= command.signed_on:
            yield on


def _remind(command: RemindOfContract, decision: Decision[Supplier]) -> None:
    contract, terms = decision.state.contracts.by_id.get(command.contract_id), decision.state.contracts.terms
    if contract is None or contract.terminated_on is not None or contract.is_expired_published:
        return
    if rules.is_renewed(Term(command.contract_id, contract.kind, contract.starts_on, contract.ends_on), terms):
        return
    if command.on > contract.ends_on:
        kinds, clauses = missing(decision, command.on)
        decision.emit(
            ContractExpired(
                supplier_id=command.supplier_id,
                contract_id=command.contract_id,
                kind=contract.kind,
                ends_on=contract.ends_on,
                expired_on=command.on,
                missing_kinds=kinds,
                uncovered=clauses,
                owner_id=contract.owner_id,
                policy_version=decision.policy(SupplierQualification, command.on).version,
            )
        )
    elif command.on in contract.remind_on and (contract.reminded_on is None or command.on > contract.reminded_on):
        decision.emit(
            ContractExpiring(
                supplier_id=command.supplier_id,
                contract_id=command.contract_id,
                kind=contract.kind,
                ends_on=contract.ends_on,
                days_left=(contract.ends_on - command.on).days,
                reminded_on=command.on,
                owner_id=contract.owner_id,
            )
        )


def _terminate(command: TerminateContract, decision: Decision[Supplier]) -> None:
    contract = decision.state.contracts.by_id.get(command.contract_id)
    if contract is None:
        raise ContractUnknown(supplier_id=command.supplier_id, contract_id=command.contract_id)
    if contract.terminated_on == command.terminated_on:
        return
    if contract.terminated_on is not None or command.terminated_on > contract.ends_on:
        raise ContractOver(contract_id=command.contract_id, day=contract.last_day)
    if command.terminated_on < contract.may_end_from:
        raise TerminatedBeforeSigning(
            contract_id=command.contract_id, signed_on=contract.may_end_from, terminated_on=command.terminated_on
        )
    decision.emit(
        ContractTerminated(
            supplier_id=command.supplier_id,
            contract_id=command.contract_id,
            kind=contract.kind,
            terminated_on=command.terminated_on,
            because=command.because,
            by=command.by,
            owner_id=contract.owner_id,
        )
    )
