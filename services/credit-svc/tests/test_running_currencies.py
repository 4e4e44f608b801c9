"""What the tables say of an account in other currencies is what the account itself decides by, to the last unit."""

from decimal import Decimal

import pytest

from .running import Running

RATES = {"JPY": ("151", "1.50"), "EUR": ("0.5", "10.05"), "KWD": ("0.5", "10.005"), "CLF": ("0.0255", "1.50")}
"""Into each currency of one USD, and an amount of USD whose half unit is rounded to the even one: 226.5 JPY are 226."""


@pytest.mark.parametrize(("own", "receivable"), [("JPY", "226"), ("EUR", "5.02"), ("KWD", "5.002"), ("CLF", "0.0382")])
async def test_an_account_shows_amounts_of_other_currencies_as_it_decides_by_them(
    running: Running, own: str, receivable: str
) -> None:
    rate, amount = RATES[own]
    quotation = {"currency": "USD", "into": own, "from_day": "2024-01-01", "rate": rate}
    answer = await running.client.put(
        "/v1/policies/exchange",
        json={"document": {"quotations": [quotation]}, "effective_from": "1970-01-01", "reason": "published rates"},
        headers={"If-Match": '"1"', "X-Actor": "treasurer"},
    )
    assert answer.status_code == 200, answer.text
    await running.move_to("2024-05-01")
    limit = {
        "limit": "1000", "currency": own, "valid_from": "2024-05-01", "reason": "reviewed",
        "proposed_by": "seller", "approved_by": "head of credit",
    }  # fmt: skip
    await running.post("/v1/accounts/C-1/limit", limit)
    invoice = {
        "invoice_id": "I-1", "customer_id": "C-1", "issued_on": "2024-05-01", "due_on": "2024-05-31", "amount": amount,
        "currency": "USD",
    }  # fmt: skip
    await running.post("/v1/invoices", invoice)
    account = await running.get("/v1/accounts/C-1")
    known = await running.get("/v1/accounts/C-1/known", as_of="2024-05-01", as_known_at="2999-12-31T00:00:00Z")
    assert Decimal(account["receivable"]) == Decimal(known["exposure"]["receivable"]) == Decimal(receivable)
