"""The to-do list of contracts that end: the next reminder of a supplier's contracts of a kind, or the day after an end."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from chassis.calendar import LAST_DAY, add_days
from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.supplier import ContractExpired, ContractExpiring, ContractSigned, ContractTerminated
from supplier_svc.supplier.contracts import RemindOfContract
from supplier_svc.supplier.rules.contracts import Term, is_renewed

Handled = ContractSigned | ContractExpiring | ContractExpired | ContractTerminated


@dataclass(frozen=True)
class Row:
    """``contracts``: contract_id, starts_on, ends_on, the ``remind_on`` that are to come, and whether nothing follows (``is_over``).

    A contract is renewed by another one, so those of a kind are looked at together. Due for ``contract_id``; for none where all
    are over or renewed.
    """

    supplier_id: str
    kind: str
    contracts: list[dict[str, Any]]
    contract_id: str | None = None
    due_on: date | None = None


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.kind)]


def evolve(key: Key, row: Row | None, event: Handled, around: Envelope) -> Row | None:
    contracts = row.contracts if row else []
    match event:
        case ContractSigned():
            # A contract that is recorded late skips the reminders of past days; that it expired is published all the same.
            known_on = around.recorded_at.date()
            contracts = [*contracts, {
                "contract_id": event.contract_id,
                "starts_on": event.starts_on.isoformat(),
                "ends_on": event.ends_on.isoformat(),
                "remind_on": [day.isoformat() for day in event.remind_on if day >= known_on],
                "is_over": event.ends_on >= LAST_DAY,
            }]  # fmt: skip
        case ContractExpiring():
            contracts = [_reminded(each, event) for each in contracts]
        case ContractExpired():
            contracts = [{**each, "is_over": True} if _is(each, event) else each for each in contracts]
        case ContractTerminated():
            contracts = _terminated(contracts, event)
    return _due(Row(key[0], key[1], contracts))


def _is(contract: dict[str, Any], event: Handled) -> bool:
    return bool(contract["contract_id"] == event.contract_id)


def _reminded(contract: dict[str, Any], event: ContractExpiring) -> dict[str, Any]:
    to_come = [day for day in contract["remind_on"] if day > event.reminded_on.isoformat()]
    return {**contract, "remind_on": to_come} if _is(contract, event) else contract


def _terminated(contracts: list[dict[str, Any]], event: ContractTerminated) -> list[dict[str, Any]]:
    """A contract that the terminated one had renewed has its end before it again; of that only what is to come is published."""
    on = event.terminated_on.isoformat()
    renewed = {each["contract_id"] for each in contracts if is_renewed(_term(each), _terms(contracts))}
    after = [
        {**each, "ends_on": min(each["ends_on"], on), "is_over": True} if _is(each, event) else each
        for each in contracts
    ]
    return [
        {
            **each,
            "remind_on": [day for day in each["remind_on"] if day >= on],
            "is_over": each["is_over"] or each["ends_on"] < on,
        }
        if each["contract_id"] in renewed
        else each
        for each in after
    ]


def _term(contract: dict[str, Any]) -> Term:
    starts_on, ends_on = date.fromisoformat(contract["starts_on"]), date.fromisoformat(contract["ends_on"])
    return Term(
        contract["contract_id"], "supply", starts_on, ends_on
    )  # those of a row are of one kind, whichever it is


def _terms(contracts: Iterable[dict[str, Any]]) -> list[Term]:
    return [_term(each) for each in contracts]


def _due(row: Row) -> Row:
    terms = _terms(row.contracts)
    going = [each for each in row.contracts if not each["is_over"] and not is_renewed(_term(each), terms)]
    due = [(_next(each), each["contract_id"]) for each in going]
    return row if not due else replace(row, due_on=min(due)[0], contract_id=min(due)[1])


def _next(contract: dict[str, Any]) -> date:
    """The next reminder, then the day after the last one of the contract."""
    day = next(iter(contract["remind_on"]), None)
    return date.fromisoformat(day) if day else add_days(date.fromisoformat(contract["ends_on"]), 1)


def remind(row: Row) -> RemindOfContract:
    assert row.contract_id, "a row that is due has a contract"
    assert row.due_on, "and the day of its reminder"
    return RemindOfContract(row.supplier_id, row.contract_id, row.due_on)


TODO = TodoList(
    name="contract_due", version=1, row=Row, key=("supplier_id", "kind"), keys=keys, evolve=evolve, command=remind
)
