"""Contracts with a supplier as HTTP bodies."""

from typing import Self

from pydantic import model_validator

from chassis.http import Body
from contracts.currencies import check_places
from contracts.fields import AmountNotNegative, Currency, Day, Id, Text
from contracts.supplier import ContractClause, ContractKind
from supplier_svc.requests.fields import Because


class ContractBody(Body):
    """``signed_on`` is today where it is left out; ``owner_id`` is the colleague who is notified of its end."""

    contract_id: Id
    kind: ContractKind
    clauses: tuple[ContractClause, ...]
    starts_on: Day
    ends_on: Day
    information_exchanged: tuple[Text, ...] = ()
    amount: AmountNotNegative | None = None
    currency: Currency | None = None
    owner_id: Id | None = None
    signed_on: Day | None = None

    @model_validator(mode="after")
    def _amount_has_a_currency(self) -> Self:
        if (self.amount is None) != (self.currency is None):
            raise ValueError("an amount has a currency: give both or neither")
        check_places(self.amount, self.currency)
        return self


class TerminationBody(Body):
    """End a contract before its time; ``terminated_on`` is its last day."""

    terminated_on: Day
    because: Because
    by: Id | None = None
