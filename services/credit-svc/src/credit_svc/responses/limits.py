"""Responses about limits."""

from decimal import Decimal

from contracts.credit import CreditStatus
from contracts.figures import PlainModel
from credit_svc.responses.reasons import FactorAnswer


class WhatIfAnswer(PlainModel):
    """What a limit would do today: its use, the held orders it would let through, and what the file allows."""

    customer_id: str
    limit: Decimal
    currency: str
    use_percent: Decimal | None
    status: CreditStatus
    released_orders: list[str]
    still_held: list[str]
    suggested: Decimal | None
    cap: Decimal | None
    factors: list[FactorAnswer]


class MethodAnswer(PlainModel):
    """What a method makes of the file: ``amount`` null where something is ``missing``; ``percent``, or times, of the class."""

    method: str
    amount: Decimal | None
    percent: Decimal | None
    inputs: list[FactorAnswer]
    missing: list[str]


class MethodsAnswer(PlainModel):
    """Every method beside the others. ``chosen_methods``: those of the policy, ``suggested``: what they and the cap make."""

    customer_id: str
    currency: str | None
    methods: list[MethodAnswer]
    cap: Decimal | None
    chosen_methods: list[str]
    combined_by: str
    suggested: Decimal | None
    why_none: str | None
    policy_version: int
