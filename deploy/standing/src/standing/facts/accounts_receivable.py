"""The "Accounts Receivable" sample: every row becomes an invoice and, when it was settled, the payment of all of it.

The sample's ``Disputed`` has no counterpart on the erp topics and is left out.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from contracts import erp
from standing.facts.fact import DataSet, Fact, FileTally, fact_as_it_is, in_time_order
from standing.facts.table import Row, date_text, first_of, moment_of, prefixed, rows_of

NAME = "accounts-receivable"
SOURCE = "/import/accounts-receivable"
DATE = "%m/%d/%Y"
CURRENCY = "USD"
COLUMNS = ("customerID", "invoiceNumber", "InvoiceDate", "DueDate", "InvoiceAmount", "SettledDate", "PaperlessBill")


def read(folder: Path) -> DataSet:
    """The data set of the folder that holds ``invoices.csv``; raises FileNotFoundError or ValueError as it does."""
    rows = rows_of(folder / "invoices.csv", COLUMNS)
    start = first_of(moment_of(row["InvoiceDate"], DATE) for row in rows)
    facts = in_time_order(fact for row in rows for fact in _facts(row, start))
    tally = FileTally(rows=len(rows), facts=len(facts), rows_in_facts=len(rows))
    return DataSet(NAME, len(rows), facts, {"invoices.csv": tally})


def _facts(row: Row, start: datetime) -> Iterator[Fact]:
    customer_id, invoice_id = row["customerID"], row["invoiceNumber"]
    issued_at = moment_of(row["InvoiceDate"], DATE) or start
    invoice = {
        "invoice_id": invoice_id,
        "customer_id": customer_id,
        "issued_on": date_text(row["InvoiceDate"], DATE),
        "due_on": date_text(row["DueDate"], DATE),
        "amount": row["InvoiceAmount"],
        "currency": CURRENCY,
    }
    yield fact_as_it_is(erp.InvoiceIssued, invoice, SOURCE, f"{row.reference}:issued", customer_id, issued_at)
    if row["SettledDate"]:
        payment = {
            "payment_id": prefixed("PAY-", invoice_id),
            "customer_id": customer_id,
            "invoice_id": invoice_id,
            "amount": row["InvoiceAmount"],
            "currency": CURRENCY,
            "paid_on": date_text(row["SettledDate"], DATE),
            "method": row["PaperlessBill"],
        }
        paid_at = moment_of(row["SettledDate"], DATE) or issued_at
        yield fact_as_it_is(erp.PaymentReceived, payment, SOURCE, f"{row.reference}:settled", customer_id, paid_at)
