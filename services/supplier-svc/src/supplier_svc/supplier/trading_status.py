"""Suspending trade with a supplier, ending it, and beginning again."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from chassis.domain import Decision, Refusal
from contracts.supplier import SupplierReentryOpened, SupplierReinstated, SupplierSuspended
from supplier_svc.supplier import sourcing
from supplier_svc.supplier.elimination import eliminate
from supplier_svc.supplier.onboarding import check_file, prohibited
from supplier_svc.supplier.state import Supplier


@dataclass(frozen=True, slots=True)
class SuspendSupplier:
    supplier_id: str
    suspended_on: date
    because: str


@dataclass(frozen=True, slots=True)
class ReinstateSupplier:
    supplier_id: str
    reinstated_on: date
    because: str


@dataclass(frozen=True, slots=True)
class EliminateSupplier:
    supplier_id: str
    eliminated_on: date
    because: str


@dataclass(frozen=True, slots=True)
class OpenReentry:
    """Begin the qualification of an eliminated or rejected supplier again, from the first gate."""

    supplier_id: str
    opened_on: date
    because: str


Command = SuspendSupplier | ReinstateSupplier | EliminateSupplier | OpenReentry


class NotTrading(Refusal):
    """Supplier {supplier_id} is {stage}; only one that is approved or on trial can be suspended or eliminated."""


class NotSuspended(Refusal):
    """Supplier {supplier_id} is {stage}, not suspended."""


class ReentryTooEarly(Refusal):
    """Supplier {supplier_id} was eliminated and may qualify again from {reentry_from} on, not on {opened_on}."""


class NothingToReenter(Refusal):
    """Supplier {supplier_id} is {stage}; only an eliminated or rejected one can qualify again."""


class ReentryProhibited(Refusal):
    """Supplier {supplier_id} is on the prohibited list ({entry}) and cannot qualify again."""


def decide(command: Command, decision: Decision[Supplier]) -> None:
    check_file(decision)
    known = decision.state.qualification
    match command:
        case SuspendSupplier():
            if known.stage == "suspended":
                return
            _check_trading(decision)
            decision.emit(
                SupplierSuspended(
                    supplier_id=command.supplier_id, suspended_on=command.suspended_on, because=command.because
                )
            )
            sourcing.notify_items(decision, command.suspended_on, command.because)
        case ReinstateSupplier():
            if known.stage != "suspended":
                raise NotSuspended(supplier_id=command.supplier_id, stage=known.stage)
            decision.emit(
                SupplierReinstated(
                    supplier_id=command.supplier_id, reinstated_on=command.reinstated_on, because=command.because
                )
            )
            sourcing.notify_items(decision, command.reinstated_on, command.because)
        case EliminateSupplier():
            if known.stage == "eliminated":
                return
            if known.stage != "suspended":
                _check_trading(decision)
            eliminate(decision, command.eliminated_on, command.because)
        case OpenReentry():
            _reenter(command, decision)
        case _:
            assert_never(command)


def _check_trading(decision: Decision[Supplier]) -> None:
    stage = decision.state.qualification.stage
    if stage not in ("approved", "trial", "small_batch_trial"):
        raise NotTrading(supplier_id=decision.id, stage=stage)


def _reenter(command: OpenReentry, decision: Decision[Supplier]) -> None:
    known = decision.state.qualification
    if known.stage not in ("eliminated", "rejected"):
        raise NothingToReenter(supplier_id=command.supplier_id, stage=known.stage)
    if known.reentry_from is not None and command.opened_on < known.reentry_from:
        raise ReentryTooEarly(
            supplier_id=command.supplier_id, reentry_from=known.reentry_from, opened_on=command.opened_on
        )
    if entry := prohibited(decision, check_file(decision), command.opened_on):
        raise ReentryProhibited(supplier_id=command.supplier_id, entry=entry)
    decision.emit(
        SupplierReentryOpened(supplier_id=command.supplier_id, opened_on=command.opened_on, because=command.because)
    )
