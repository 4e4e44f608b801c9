"""A contract of sale with a plan of receipts: each instalment is claimed on its day, one is invoiced before, all are paid; and the fee
of a visit."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from standing.actors.action import Action, Clients, at

SERVICE = "credit-svc"
CONTRACT, CUSTOMER = "CT-2024-01", "C-004"
SIGNED_ON, INVOICED_ON = date(2024, 1, 22), date(2024, 4, 29)
PLAN = ((1, date(2024, 3, 4), "3000"), (2, date(2024, 5, 6), "4000"), (3, date(2024, 7, 1), "3000"))
INVOICED = 2
INVOICE = "INV-CT-2024-01-2"
FEE, FEE_AMOUNT, CHARGED_ON, FEE_DUE_ON = "SF-2024-01", "300", date(2024, 8, 5), date(2024, 9, 4)


def actions() -> Iterator[Action]:
    """What happens to the contract in the year."""
    yield Action(at(SIGNED_ON, 9), "a contract of sale is signed", _sign)
    yield Action(at(INVOICED_ON, 9), "its second instalment is invoiced", _invoice)
    for number, due_on, amount in PLAN:
        pay = partial(_pay, number=number, amount=amount)
        yield Action(at(due_on, 9), f"its instalment {number} is paid", pay)
    yield Action(at(CHARGED_ON, 9), "a visit of service is charged", _charge)
    yield Action(at(FEE_DUE_ON, 9), "the visit is paid", _pay_fee)


async def _sign(to: Clients) -> None:
    body = {
        "contract_id": CONTRACT, "kind": "sale", "party_id": CUSTOMER, "signed_on": SIGNED_ON.isoformat(),
        "currency": "CNY", "amount": "10000",
        "instalments": [
            {"number": number, "due_on": due_on.isoformat(), "amount": amount} for number, due_on, amount in PLAN
        ],
    }  # fmt: skip
    await to[SERVICE].act("POST", "/v1/contracts", body, "ma", f"sign-{CONTRACT}")


async def _invoice(to: Clients) -> None:
    (number, due_on, amount) = PLAN[INVOICED - 1]
    body = {
        "invoice_id": INVOICE, "customer_id": CUSTOMER, "issued_on": INVOICED_ON.isoformat(),
        "due_on": due_on.isoformat(), "amount": amount, "currency": "CNY", "contract_id": CONTRACT, "instalment": number,
    }  # fmt: skip
    await to[SERVICE].act("POST", "/v1/invoices", body, "ma", f"invoice-{INVOICE}")


async def _charge(to: Clients) -> None:
    body = {
        "fee_id": FEE, "customer_id": CUSTOMER, "amount": FEE_AMOUNT, "currency": "CNY", "charged_on": CHARGED_ON.isoformat(),
        "due_on": FEE_DUE_ON.isoformat(), "text": "a visit out of warranty",
    }  # fmt: skip
    await to[SERVICE].act("POST", "/v1/service-fees", body, "ma", f"charge-{FEE}")


async def _pay(to: Clients, number: int, amount: str) -> None:
    """The customer names what it was asked for."""
    rows = await to[SERVICE].pages("/v1/receipt-plans", customer_id=CUSTOMER)
    asked_for = next((row["invoice_id"] for row in rows if row["number"] == number), None)
    if asked_for is not None:
        await _receive(to, f"{CONTRACT}-{number}", asked_for, amount)


async def _pay_fee(to: Clients) -> None:
    await _receive(to, FEE, f"fee:{FEE}", FEE_AMOUNT)


async def _receive(to: Clients, number: str, asked_for: str, amount: str) -> None:
    body = {
        "payment_id": f"PAY-{number}", "customer_id": CUSTOMER, "invoice_id": asked_for, "amount": amount, "currency": "CNY",
        "paid_on": to.now.date().isoformat(), "method": "transfer",
    }  # fmt: skip
    await to[SERVICE].act("POST", "/v1/payments", body, "ma", f"pay-{number}")
