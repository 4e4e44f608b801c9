"""Samples of the events about how debtors are reached."""

from datetime import date
from decimal import Decimal

from contracts import Event
from contracts.credit import AgencySettled, DebtorPlaceNoted

SAMPLES: tuple[Event, ...] = (
    DebtorPlaceNoted(
        customer_id="C-1", province="Guangdong", city="Guangzhou", is_distant=True, because="No office is near Guangzhou.",
        ways=("email",),
    ),
    AgencySettled(
        case_id="C-1-1", customer_id="C-1", agency="Good Faith Collections", collected=Decimal(80000),
        commission=Decimal(9600), remitted=Decimal(70400), currency="CNY", settled_on=date(2024, 6, 3),
        recorded_by="li.na", payment_id="C-1-1-A1", policy_version=1,
    ),
)  # fmt: skip
