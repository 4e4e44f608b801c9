"""Sub-suppliers 分承包方 of a supplier, one level deep: declared for items, and withdrawn. Points and claims stay with the supplier."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from chassis.domain import Decision, Refusal
from contracts.supplier import SubSupplierDeclared, SubSupplierWithdrawn
from supplier_svc.supplier.facts import check_date
from supplier_svc.supplier.known import check_known
from supplier_svc.supplier.state import Supplier


@dataclass(frozen=True, slots=True)
class DeclareSubSupplier:
    """Name who does ``process`` for these items; declared again, it counts in place of what was declared before.

    ``handed_in_by``: who declared it for the supplier, where that did so itself.
    """

    supplier_id: str
    sub_supplier_id: str
    name: str
    item_ids: tuple[str, ...]
    process: str
    declared_on: date
    by: str
    handed_in_by: str | None = None


@dataclass(frozen=True, slots=True)
class WithdrawSubSupplier:
    supplier_id: str
    sub_supplier_id: str
    withdrawn_on: date
    because: str
    by: str


Command = DeclareSubSupplier | WithdrawSubSupplier


class OwnSubSupplier(Refusal):
    """A supplier is not its own sub-supplier."""

    status = 422


class SubSupplierUnknown(Refusal):
    """Supplier {supplier_id} has no sub-supplier {sub_supplier_id} to withdraw."""

    status = 404


def decide(command: Command, decision: Decision[Supplier]) -> None:
    match command:
        case DeclareSubSupplier():
            _declare(command, decision)
        case WithdrawSubSupplier():
            _withdraw(command, decision)
        case _:
            assert_never(command)


def check_another(sub_supplier_id: str, decision: Decision[Supplier]) -> None:
    """Raises OwnSubSupplier for the supplier itself."""
    if sub_supplier_id == decision.id:
        raise OwnSubSupplier()


def _declare(command: DeclareSubSupplier, decision: Decision[Supplier]) -> None:
    check_known(decision)
    check_another(command.sub_supplier_id, decision)
    check_date(f"Sub-supplier {command.sub_supplier_id}", command.declared_on, decision)
    known = decision.state.sub_suppliers.declared.get(command.sub_supplier_id)
    items = tuple(sorted(set(command.item_ids)))
    if known is not None and (known.name, known.item_ids, known.process) == (command.name, items, command.process):
        return
    decision.emit(
        SubSupplierDeclared(
            supplier_id=command.supplier_id,
            sub_supplier_id=command.sub_supplier_id,
            name=command.name,
            item_ids=items,
            process=command.process,
            declared_on=command.declared_on,
            by=command.by,
            handed_in_by=command.handed_in_by,
        )
    )


def _withdraw(command: WithdrawSubSupplier, decision: Decision[Supplier]) -> None:
    if command.sub_supplier_id not in decision.state.sub_suppliers.declared:
        raise SubSupplierUnknown(supplier_id=command.supplier_id, sub_supplier_id=command.sub_supplier_id)
    check_date(f"The withdrawal of {command.sub_supplier_id}", command.withdrawn_on, decision)
    decision.emit(
        SubSupplierWithdrawn(
            supplier_id=command.supplier_id,
            sub_supplier_id=command.sub_supplier_id,
            withdrawn_on=command.withdrawn_on,
            because=command.because,
            by=command.by,
        )
    )
