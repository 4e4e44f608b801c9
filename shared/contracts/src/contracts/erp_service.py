"""What customer service puts on ``erp.service``."""

from typing import ClassVar

from contracts.fields import Currency, Day, Id, PositiveAmount, Text
from contracts.money_fact import MoneyFact


class ServiceFeeCharged(MoneyFact):
    """A customer owes a fee for a service: a visit, a repair out of warranty (erp.service); ``text`` says what for."""

    TYPE: ClassVar[str] = "erp.ServiceFeeCharged"
    DATED: ClassVar[str] = "charged_on"
    fee_id: Id
    complaint_id: Id | None = None
    customer_id: Id
    amount: PositiveAmount
    currency: Currency
    charged_on: Day
    due_on: Day
    text: Text = ""
