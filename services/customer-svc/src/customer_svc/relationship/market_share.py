"""What a share of a market advises: to deepen, or to widen. Pure.

Rule: above a third of a market deepen, do not widen.
"""

from decimal import Decimal

from customer_svc.policies.relationship import KeyAccountRules


def advice_on_share(own_sales: Decimal, market: Decimal, rules: KeyAccountRules) -> dict[str, Decimal | str]:
    """``share`` in percent of the market, with two decimals, and the ``advice``; both sales in one currency."""
    share = own_sales * 100 / market
    return {"share": round(share, 2), "advice": "deepen" if share > rules.deepen_above_share else "widen"}
