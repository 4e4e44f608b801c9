"""The contracts with a supplier, each with the reminders of its end that were published."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import assert_never

from immutables import Map

from contracts.supplier import (
    ContractClause,
    ContractExpired,
    ContractExpiring,
    ContractKind,
    ContractSigned,
    ContractTerminated,
)
from supplier_svc.supplier.rules.contracts import Term

Handled = ContractSigned | ContractExpiring | ContractExpired | ContractTerminated


@dataclass(frozen=True, slots=True)
class Contract:
    """``terminated_on`` is its last day where it was ended before its time; ``reminded_on`` the day of the last reminder."""

    kind: ContractKind
    clauses: tuple[ContractClause, ...]
    starts_on: date
    ends_on: date
    information_exchanged: tuple[str, ...] = ()
    amount: Decimal | None = None
    currency: str | None = None
    owner_id: str | None = None
    remind_on: tuple[date, ...] = ()
    reminded_on: date | None = None
    terminated_on: date | None = None
    is_expired_published: bool = False
    signed_on: date | None = None

    @property
    def may_end_from(self) -> date:
        """One that was given up before it begins ends at the earliest on the day on which it was signed."""
        return self.starts_on if self.signed_on is None else min(self.starts_on, self.signed_on)

    @property
    def last_day(self) -> date:
        return self.ends_on if self.terminated_on is None else min(self.ends_on, self.terminated_on)


@dataclass(frozen=True, slots=True)
class Contracts:
    by_id: Map[str, Contract] = field(default_factory=Map)

    @property
    def terms(self) -> Sequence[Term]:
        return [Term(id, each.kind, each.starts_on, each.last_day) for id, each in self.by_id.items()]


def evolve(contracts: Contracts, event: Handled) -> Contracts:
    match event:
        case ContractSigned():
            contract = Contract(
                event.kind, event.clauses, event.starts_on, event.ends_on, event.information_exchanged, event.amount,
                event.currency, event.owner_id, event.remind_on, signed_on=event.signed_on,
            )  # fmt: skip
        case ContractExpiring():
            contract = replace(contracts.by_id[event.contract_id], reminded_on=event.reminded_on)
        case ContractExpired():
            contract = replace(contracts.by_id[event.contract_id], is_expired_published=True)
        case ContractTerminated():
            contract = replace(contracts.by_id[event.contract_id], terminated_on=event.terminated_on)
        case _:
            assert_never(event)
    return Contracts(contracts.by_id.set(event.contract_id, contract))
