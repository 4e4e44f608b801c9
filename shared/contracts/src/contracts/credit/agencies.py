"""Collection agencies: what they work under, and how they are settled with."""

from typing import ClassVar, Literal

from contracts.envelope import Event
from contracts.fields import Amount, AmountNotNegative, Currency, Day, Id, PositiveAmount, Text

AgencyKind = Literal["professional", "lawyer", "litigation", "award_enforcement"]
"""What a mandate is for: a professional agency, a lawyer, a law suit, the enforcement of an award."""


class AgencySettled(Event):
    """An agency was settled with: the debtor paid it ``collected``, of which it keeps ``commission`` and passes on ``remitted``.

    ``remitted`` is below zero where a fixed commission is more than was collected. ``payment_id``: the debtor's payment, None where
    nothing was collected. ``to_debtor``: whether the commission is charged to the debtor, by the policy.
    """

    TYPE: ClassVar[str] = "credit.AgencySettled"
    case_id: Id
    customer_id: Id
    agency: Text
    collected: AmountNotNegative
    commission: AmountNotNegative
    remitted: Amount
    currency: Currency
    settled_on: Day
    recorded_by: Text
    payment_id: Id | None = None
    to_debtor: bool = False
    policy_version: int


class AgencyMoneyReceived(Event):
    """What an agency passed on came in. It is the money of a payment that the settlement with the agency has told already, and pays
    nothing once more. ``payment_id``: as the other system has it; ``agency_payment_id``: the payment of the settlement.
    """

    TYPE: ClassVar[str] = "credit.AgencyMoneyReceived"
    payment_id: Id
    agency_payment_id: Id
    customer_id: Id
    amount: PositiveAmount
    currency: Currency
    received_on: Day
