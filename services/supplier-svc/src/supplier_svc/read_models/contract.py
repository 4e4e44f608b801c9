"""One row per contract with a supplier and the day on which it ends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ARRAY, ColumnElement, Select, Text, case, cast, exists, func, literal, null, or_, select
from sqlalchemy.dialects.postgresql import array

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import ContractExpired, ContractKind, ContractSigned, ContractTerminated
from supplier_svc.read_models import supplier

Handled = ContractSigned | ContractExpired | ContractTerminated

Status = Literal["signed", "expired", "terminated"]


@dataclass(frozen=True)
class Row:
    """``ends_on`` is its last day, also where it was terminated; ``status``: signed, expired once that was published, or terminated."""

    supplier_id: str
    contract_id: str
    kind: str
    clauses: list[str]
    starts_on: date
    ends_on: date
    signed_on: date | None
    amount: Decimal | None
    currency: str | None
    owner_id: str | None
    status: str = "signed"


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.contract_id)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    match event:
        case ContractSigned():
            return Row(
                key[0], key[1], event.kind, [*event.clauses], event.starts_on, event.ends_on, event.signed_on,
                event.amount, event.currency, event.owner_id,
            )  # fmt: skip
        case ContractExpired():
            return row and replace(row, status="expired")
        case ContractTerminated():
            return row and replace(row, status="terminated", ends_on=min(row.ends_on, event.terminated_on))


MODEL = ReadModel(
    name="contract",
    version=1,
    row=Row,
    key=("supplier_id", "contract_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("ends_on",), ("supplier_id", "kind")),
)
TABLE = MODEL.table
ORDER = (TABLE.c.ends_on, TABLE.c.supplier_id, TABLE.c.contract_id)


def contracts(
    supplier_id: str | None = None, ends_by: date | None = None, kind: ContractKind | None = None
) -> Select[Any]:
    """All contracts, those with a supplier, those that end by a day, those of a kind."""
    query = select(TABLE)
    query = query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
    query = query if kind is None else query.where(TABLE.c.kind == kind)
    return query if ends_by is None else query.where(TABLE.c.ends_on <= ends_by)


def not_renewed(query: Select[Any], today: date) -> Select[Any]:
    """Those after whose end, or on that day if it has passed, no later contract of their kind is in force."""
    later = TABLE.alias("later")
    follows = exists().where(
        later.c.supplier_id == TABLE.c.supplier_id,
        later.c.kind == TABLE.c.kind,
        later.c.ends_on > TABLE.c.ends_on,
        or_(later.c.starts_on <= TABLE.c.ends_on + 1, later.c.starts_on <= today),
    )
    return query.where(~follows)


def with_missing(
    query: Select[Any], kinds: Sequence[ContractKind], today: date, is_missing: bool | None = None
) -> Select[Any]:
    """A query of suppliers with ``contracts_missing``: those of these kinds of which no contract is in force; only where there are
    some, or none, if that is named.
    """
    lacking = {kind: _lacks(kind, today) for kind in kinds}
    names = [case((lacks, literal(kind, Text)), else_=null()) for kind, lacks in lacking.items()]
    missing = func.array_remove(cast(array(names), ARRAY(Text)), cast(null(), Text))
    query = query.add_columns(missing.label("contracts_missing"))
    if is_missing is None:
        return query
    some = or_(literal(False), *lacking.values())
    return query.where(some if is_missing else ~some)


def _lacks(kind: ContractKind, today: date) -> ColumnElement[bool]:
    in_force = exists().where(
        TABLE.c.supplier_id == supplier.TABLE.c.supplier_id,
        TABLE.c.kind == kind,
        TABLE.c.starts_on <= today,
        TABLE.c.ends_on >= today,
    )
    return ~in_force
