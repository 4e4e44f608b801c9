"""Credit standings: what credit-svc last decided about each customer. A merged id has none where credit-svc heard of the merge;
where it did not, each id has an account of its own."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import CustomerCreditStandingNoted
from customer_svc.files.credit_standing import overdue_sentence

Handled = CustomerCreditStandingNoted


@dataclass(frozen=True)
class Row:
    """``deliveries`` is stopped or free; ``overdue`` and ``behaviour_class`` are sentences of credit-svc, ``overdue`` None while
    nothing is. ``overdue_by_currency``: currency → ``{amount, invoices, since, summary}``, as credit-svc says it.
    """

    customer_id: str
    deliveries: str = "free"
    deliveries_because: str | None = None
    deliveries_since: date | None = None
    overdue: str | None = None
    overdue_since: date | None = None
    overdue_by_currency: dict[str, Any] = field(default_factory=dict)
    behaviour_class: str | None = None


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    known = row or Row(key[0])
    match event.what:
        case "overdue" if event.currency is None and not event.is_over:  # as old logs have it
            return replace(known, overdue=event.summary, overdue_since=event.since)
        case "overdue":
            others = {c: each for c, each in known.overdue_by_currency.items() if c != event.currency}
            if event.currency is None:
                others = {}
            elif not event.is_over:
                others[event.currency] = {
                    "amount": f"{event.overdue_amount or 0:f}", "invoices": event.overdue_invoices or 0,
                    "since": event.since.isoformat(), "summary": event.summary,
                }  # fmt: skip
            return _overdue(known, others)
        case "account_merged":
            return None
        case "behaviour_class":
            return replace(known, behaviour_class=event.summary)
        case "deliveries_stopped":
            return replace(known, deliveries="stopped", deliveries_because=event.summary, deliveries_since=event.since)
        case "deliveries_resumed":
            return replace(known, deliveries="free", deliveries_because=event.summary, deliveries_since=event.since)


def _overdue(row: Row, by_currency: dict[str, Any]) -> Row:
    """The sentences of the currencies in which something is overdue, and the oldest of their days."""
    return replace(
        row,
        overdue_by_currency=by_currency,
        overdue=" ".join(each["summary"] for _, each in sorted(by_currency.items())) or None,
        overdue_since=min((date.fromisoformat(each["since"]) for each in by_currency.values()), default=None),
    )


MODEL = ReadModel(
    name="credit_standings",
    version=3,
    row=Row,
    key=("customer_id",),
    keys=keys,
    evolve=evolve,
)
TABLE = MODEL.table


def standings(customer_ids: list[str]) -> Select[Any]:
    return select(TABLE).where(TABLE.c.customer_id.in_(customer_ids))


def combined(customer_id: str, accounts: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """The credit standing of a customer that has several accounts: of each kind the gravest, and of those the last.

    ``overdue_invoices`` and ``overdue_amount`` are of all accounts; the amount is None where it is in several currencies, as
    ``overdue_by_currency`` has it.
    """
    rows = [Row(**account) for account in accounts]
    if not rows:
        return None
    supply = max(rows, key=lambda row: (row.deliveries == "stopped", row.deliveries_since or date.min))
    late = [row for row in rows if row.overdue is not None]
    by_currency = _summed(rows)
    summaries = [each["summary"] for _, each in sorted(by_currency.items())]
    # What old logs say of an account is in no currency, so it can be in no sum.
    summaries += [row.overdue for row in late if row.overdue and not row.overdue_by_currency]
    classes = [row.behaviour_class for row in rows if row.behaviour_class is not None]
    one = replace(
        supply,
        customer_id=customer_id,
        overdue=" ".join(summaries) or None,
        overdue_since=min((row.overdue_since for row in late if row.overdue_since), default=None),
        overdue_by_currency=by_currency,
        behaviour_class=max(classes, default=None),  # it begins with its letter, A to D
    )
    amounts = [each["amount"] for each in by_currency.values()]
    return asdict(one) | {
        "overdue_amount": amounts[0] if len(amounts) == 1 else None,
        "overdue_invoices": sum(each["invoices"] for each in by_currency.values()),
    }


def _summed(rows: Iterable[Row]) -> dict[str, Any]:
    """What is overdue of several accounts, by currency, each with the sentence of its sum."""
    found: dict[str, Any] = {}
    for row in rows:
        for currency, each in row.overdue_by_currency.items():
            known = found.get(currency)
            found[currency] = each if known is None else _sum(currency, known, each)
    return found


def _sum(currency: str, one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    amount = Decimal(one["amount"]) + Decimal(other["amount"])
    invoices, since = one["invoices"] + other["invoices"], min(one["since"], other["since"])
    summary = overdue_sentence(invoices, amount, currency, date.fromisoformat(since))
    return {"amount": f"{amount:f}", "invoices": invoices, "since": since, "summary": summary}
