"""The credit department assesses customers, so that each method says what limit it would give; and terms are compared before they are
offered."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from standing.actors.action import Action, Clients, Partner, at

SERVICE = "credit-svc"
ASSESSED, COMPARED = date(2024, 2, 5), date(2024, 2, 26)
FILES: dict[str, tuple[str, dict[str, str]]] = {
    "C-001": (
        "80",
        {
            "net_assets": "2400000", "net_working_capital": "900000", "annual_turnover": "6000000", "monthly_purchases": "60000",
            "margin_percent": "18", "cash": "150000", "receivables": "600000", "stock": "400000", "fixed_assets": "1500000",
            "total_debt": "800000",
        },
    ),
    "C-003": ("75", {"net_assets": "1900000", "net_working_capital": "500000", "monthly_purchases": "40000"}),
    "C-020": ("88", {"net_assets": "300000", "net_working_capital": "90000", "monthly_purchases": "8000"}),
}  # fmt: skip
"""Each of the five Cs from 0 to 100, and figures of the statements in CNY. Larger limits of the first two are proposed a week later."""
NOW_OR_LONGER: tuple[dict[str, Any], ...] = (
    {"credit_days": 30, "sales": "500000", "bad_debt_percent": "1"},
    {"credit_days": 45, "sales": "600000", "bad_debt_percent": "1.5"},
)


def actions(customers: Sequence[Partner]) -> Iterator[Action]:
    """What it does in the year."""
    for customer in customers:
        if customer.id in FILES:
            yield Action(at(ASSESSED, 7), f"{customer.id} is assessed", partial(_assess, customer_id=customer.id))
    yield Action(at(COMPARED, 7), "a longer credit period is compared", _compare)


async def _assess(to: Clients, customer_id: str) -> None:
    score, figures = FILES[customer_id]
    five_cs = ("character", "capacity", "capital", "collateral", "conditions")
    body = {**dict.fromkeys(five_cs, score), "financials": {"currency": "CNY", **figures}}
    await to[SERVICE].act("PUT", f"/v1/accounts/{customer_id}/file", body, "ma", f"assess-{customer_id}")


async def _compare(to: Clients) -> None:
    """Nothing is recorded of it."""
    body = {
        "currency": "CNY",
        "alternatives": NOW_OR_LONGER,
        "variable_cost_percent": "80",
        "capital_cost_percent": "15",
    }
    await to[SERVICE].act("POST", "/v1/calculators/credit-period", body, "ma", "compare-terms")
