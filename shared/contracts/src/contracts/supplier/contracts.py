"""How a contract with a supplier ends; ``ContractSigned`` begins it."""

from typing import ClassVar

from contracts.envelope import Event
from contracts.fields import Day, Id, Text
from contracts.supplier.qualification import ContractClause, ContractKind


class ContractExpiring(Event):
    """A contract ends in ``days_left`` days and no other one of its kind goes on from there. Published on the days of its reminders."""

    TYPE: ClassVar[str] = "supplier.ContractExpiring"
    supplier_id: Id
    contract_id: Id
    kind: ContractKind
    ends_on: Day
    days_left: int
    reminded_on: Day
    owner_id: Id | None = None


class ContractExpired(Event):
    """A contract ended the day before, and no other one of its kind went on from there.

    ``missing_kinds`` are those that an approval needs and of which no contract is in force from ``expired_on`` on; ``uncovered`` the
    clauses that no contract in force has.
    """

    TYPE: ClassVar[str] = "supplier.ContractExpired"
    supplier_id: Id
    contract_id: Id
    kind: ContractKind
    ends_on: Day
    expired_on: Day
    missing_kinds: tuple[ContractKind, ...]
    uncovered: tuple[ContractClause, ...]
    owner_id: Id | None = None
    policy_version: int


class ContractTerminated(Event):
    """A contract was ended before its time; ``terminated_on`` is its last day."""

    TYPE: ClassVar[str] = "supplier.ContractTerminated"
    supplier_id: Id
    contract_id: Id
    kind: ContractKind
    terminated_on: Day
    because: Text
    by: Id
    owner_id: Id | None = None
