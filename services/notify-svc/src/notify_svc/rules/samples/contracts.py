"""Samples of the events of contracts with suppliers."""

from datetime import date
from typing import Any

from contracts import Event
from contracts.supplier import ContractExpired, ContractExpiring, ContractTerminated

CONTRACT: dict[str, Any] = {"supplier_id": "S-1", "contract_id": "K-7", "kind": "supply", "owner_id": "li.na"}

SAMPLES: tuple[Event, ...] = (
    ContractExpiring(**CONTRACT, ends_on=date(2024, 4, 30), days_left=90, reminded_on=date(2024, 1, 31)),
    ContractExpired(
        **CONTRACT, ends_on=date(2024, 1, 31), expired_on=date(2024, 2, 1), missing_kinds=("supply",),
        uncovered=("development", "trial"), policy_version=1,
    ),
    ContractTerminated(
        **CONTRACT, terminated_on=date(2024, 2, 1), because="The supplier gives up this product.", by="li.na",
    ),
)  # fmt: skip
