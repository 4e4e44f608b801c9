"""One row per customer: who it is as a debtor, and its line. Amounts come from its items, payments and orders."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from immutables import Map
from sqlalchemy import ColumnElement, Integer, Label, Numeric, Select, and_, case, cast, func, literal, or_, select
from sqlalchemy.sql.expression import ScalarSelect

from chassis.read_models import Key, ReadModel
from contracts import Envelope, Event
from contracts.credit import (
    BehaviourActionAsked,
    BehaviourClassChanged,
    CapShareTaken,
    CreditClassChanged,
    CreditFileRecorded,
    CreditLimitSet,
    CustomerRankNoted,
    DeliveriesResumed,
    DeliveriesStopped,
    Exposure,
    RefundAwaitingPayment,
    RefundRecorded,
    ReviewDone,
    ReviewDue,
    SecuritySet,
    TemporaryLimitEnded,
    TemporaryLimitRaised,
    TermsSet,
)
from credit_svc.account.state import ACCOUNT_EVENTS, FIRST_CURRENCY
from credit_svc.assessment.file import File, Security
from credit_svc.limits.credit_line import CreditLine, Limit, TemporaryIncrease
from credit_svc.orders.check import Position
from credit_svc.policies.collection import SEVERITY, CollectionPolicy
from credit_svc.read_models import collection_case, open_item, order_credit, payment, region
from credit_svc.read_models.moved import following


@dataclass(frozen=True)
class Row:
    customer_id: str
    currency: str | None = None
    limits: list[Any] = field(default_factory=list)
    """In the order in which they were set: ``{amount, valid_from}``; none: the limit of the policy."""
    raises: dict[str, Any] = field(default_factory=dict)
    """Temporary ones: id → ``{amount, valid_from, ends_on}``."""
    shares: dict[str, Any] = field(default_factory=dict)
    """Cap → what of it is granted."""
    limit_from: date | None = None
    limit_reason: str | None = None
    limit_approved_by: str | None = None
    limit_proposed_by: str | None = None
    credit_class: str | None = None
    score: Decimal | None = None
    class_because: str | None = None
    behaviour: str = "A"
    behaviour_because: str | None = None
    tier: str | None = None
    is_key_account: bool = False
    stopped_because: str | None = None
    securities: list[Any] = field(default_factory=list)
    """In the order in which they were set: ``{amount, currency, valid_from, ends_on}``."""
    terms: dict[str, Any] = field(default_factory=dict)
    """Those set last."""
    review: dict[str, Any] = field(default_factory=dict)
    """The review that a person owes: ``{review_id, due_on, cause, detail}``; empty when none."""
    review_on: date | None = None
    waiting_refunds: list[Any] = field(default_factory=list)
    """Refunds that are known before their money, in the order in which they came: the fields of ``RefundAwaitingPayment``."""


def keys(event: Any, envelope: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(key: Key, row: Row | None, event: Event, envelope: Envelope) -> Row:
    row = row or Row(*key)
    if row.currency is None and isinstance(event, FIRST_CURRENCY):
        row = replace(row, currency=event.currency)
    match event:
        case CreditLimitSet() as e:
            limit = {"amount": str(e.limit), "valid_from": e.valid_from.isoformat()}
            return replace(
                row,
                limits=[*row.limits, limit],
                limit_from=e.valid_from,
                limit_reason=e.reason,
                limit_approved_by=e.approved_by,
                limit_proposed_by=e.proposed_by,
            )
        case TemporaryLimitRaised() as e:
            increase = {
                "amount": str(e.limit), "valid_from": e.valid_from.isoformat(), "ends_on": e.ends_on.isoformat(),
                "reason": e.reason, "approved_by": e.approved_by,
            }  # fmt: skip
            return replace(row, raises={**row.raises, e.raise_id: increase})
        case TemporaryLimitEnded(raise_id=raise_id):
            return replace(row, raises={each: increase for each, increase in row.raises.items() if each != raise_id})
        case CapShareTaken(cap_id=cap_id, share=share):
            return replace(row, shares={**row.shares, cap_id: str(share)})
        case CreditClassChanged() as e:
            return replace(row, credit_class=e.after, score=e.score, class_because=e.because)
        case BehaviourClassChanged() as e:
            return replace(row, behaviour=e.after, behaviour_because=e.because)
        case CustomerRankNoted() as e:
            return replace(row, tier=e.tier, is_key_account=e.is_key_account)
        case DeliveriesStopped(because=because):
            return replace(row, stopped_because=because)
        case DeliveriesResumed():
            return replace(row, stopped_because=None)
        case SecuritySet() as e:
            security = e.model_dump(mode="json", include={"amount", "currency", "valid_from", "ends_on", "kind"})
            return replace(row, securities=[*row.securities, security])
        case TermsSet() as e:
            return replace(row, terms=e.model_dump(mode="json", exclude={"customer_id"}))
        case CreditFileRecorded(review_on=on):
            return replace(row, review_on=on)
        case ReviewDue() as e:
            return replace(row, review=e.model_dump(mode="json", exclude={"customer_id"}), review_on=None)
        case ReviewDone(next_on=on):
            return replace(row, review={}, review_on=on)
        case BehaviourActionAsked(review_on=on):
            return row if on is None else replace(row, review_on=on)
        case RefundAwaitingPayment() as e:
            others = [each for each in row.waiting_refunds if each["refund_id"] != e.refund_id]
            return replace(row, waiting_refunds=[*others, e.model_dump(mode="json", exclude={"customer_id"})])
        case RefundRecorded(refund_id=refund_id) if row.waiting_refunds:
            others = [each for each in row.waiting_refunds if each["refund_id"] != refund_id]
            return replace(row, waiting_refunds=others)
        case _:
            return row


MODEL = following(
    ReadModel(
        name="account",
        version=6,
        row=Row,
        key=("customer_id",),
        handles=ACCOUNT_EVENTS,
        keys=keys,
        evolve=evolve,
    )
)


def limit_on(row: dict[str, Any], on: date, default: Decimal) -> Decimal:
    """What an account may owe on a day, by the same rule as the account itself."""
    limits = tuple(
        Limit(Decimal(each["amount"]), date.fromisoformat(each["valid_from"]), "", "") for each in row["limits"]
    )
    increases = {
        raise_id: TemporaryIncrease(
            Decimal(each["amount"]), date.fromisoformat(each["valid_from"]), date.fromisoformat(each["ends_on"])
        )
        for raise_id, each in row["raises"].items()
    }
    shares = {cap_id: Decimal(share) for cap_id, share in row["shares"].items()}
    return CreditLine(limits=limits, increases=Map(increases), shares=Map(shares)).on(on, default)


def security_on(row: dict[str, Any], on: date) -> Decimal:
    """What secures the claims on a day."""
    securities = tuple(
        Security(
            Decimal(each["amount"]),
            each["currency"],
            date.fromisoformat(each["valid_from"]),
            date.fromisoformat(each["ends_on"]) if each["ends_on"] else None,
        )
        for each in row["securities"]
    )
    return File(securities=securities).security_on(on, row["currency"] or "")


def position(row: dict[str, Any], on: date, default_limit: Decimal, policy: CollectionPolicy) -> Position:
    """An account as a row of ``accounts`` shows it, in the shape that the order check takes."""
    step, oldest = row["current_step"], row["oldest_due_on"]
    return Position(
        exposure=Exposure(
            currency=row["currency"],
            limit=limit_on(row, on, default_limit),
            receivable=row["receivable"],
            approved_orders=row["approved_orders"],
            security=security_on(row, on),
            overdue=row["overdue"],
        ),
        oldest_overdue=row["oldest_overdue"],
        days_past_due=(on - oldest).days if oldest else 0,
        holding_step=step if step and SEVERITY[step] >= SEVERITY[policy.credit_held_from] else None,
        credit_class=row["credit_class"],
        behaviour=row["behaviour"],
        stopped_because=row["stopped_because"],
    )


LATE = (
    "customer_id", "currency", "invoice_id", "due_on", "issued_on", "overdue_from", "open_amount", "disputed", "rate",
    "rate_places", "note",
)  # fmt: skip
"""What decides about an open item whether it is pursued."""


def half_even(amount: ColumnElement[Any], places: ColumnElement[Any]) -> ColumnElement[Any]:
    """Rounded as a rate rounds; PostgreSQL alone rounds half a unit away from zero, and 226.5 JPY would be 227 here and 226 there."""
    down, units = func.trunc(amount, places), func.power(literal(Decimal(10), Numeric), places)
    is_half_of_even = and_(func.abs(amount - down) * units * 2 == 1, func.mod(down * units, 2) == 0)
    return case((is_half_of_even, down), else_=func.round(amount, places))


def accounts(today: date, days: Mapping[str, date]) -> tuple[Select[Any], ColumnElement[str]]:
    """Every account with its exposure on the day that it is where it is: by ``days`` of its region, else ``today``. And the column to
    page by."""
    account, items = MODEL.table, open_item.MODEL.table
    on = region.day_in(today, days)
    money, orders, cases = payment.MODEL.table, order_credit.MODEL.table, collection_case.MODEL.table

    def total(amount: ColumnElement[Any], *where: ColumnElement[bool]) -> ScalarSelect[Any]:
        return select(func.coalesce(func.sum(amount), 0)).where(*where).scalar_subquery()

    # Money that waits covers the oldest items of its currency, as it does in the account itself.
    cumulated = (
        select(
            *(items.c[name] for name in LATE),
            func.sum(items.c.open_amount)
            .over(
                partition_by=(items.c.customer_id, items.c.currency),
                order_by=(items.c.due_on, items.c.issued_on, items.c.invoice_id),
            )
            .label("up_to"),
        )
        .where(items.c.open_amount > 0, or_(items.c.note.is_(None), items.c.note.op("~")("case|orders")))
        .subquery()
    )
    waits = total(
        money.c.unallocated,
        money.c.customer_id == cumulated.c.customer_id,
        money.c.currency == cumulated.c.currency,
        money.c.unallocated > 0,
        money.c.order_id.is_(None),
    )
    uncovered = func.greatest(func.least(cumulated.c.open_amount, cumulated.c.up_to - waits), 0)
    pursuable = func.greatest(uncovered - cumulated.c.disputed, 0)
    late = and_(
        cumulated.c.customer_id == account.c.customer_id,
        cumulated.c.overdue_from <= on,
        pursuable > 0,
        or_(cumulated.c.note.is_(None), cumulated.c.note.contains("orders")),
    )
    mine = and_(
        items.c.customer_id == account.c.customer_id,
        items.c.open_amount > 0,
        or_(items.c.note.is_(None), items.c.note.contains("exposure")),
    )

    def oldest(name: str) -> ScalarSelect[Any]:
        age = (cumulated.c.due_on, cumulated.c.issued_on, cumulated.c.invoice_id)
        return select(cumulated.c[name]).where(late).order_by(*age).limit(1).scalar_subquery()

    # In the account's currency; of another one at the recorded rate, and nothing where none was known.
    own = items.c.currency == account.c.currency

    def in_own(amount: ColumnElement[Any], own: ColumnElement[bool], of: Any) -> ColumnElement[Any]:
        return case((own, amount), else_=func.coalesce(half_even(amount * of.rate, cast(of.rate_places, Integer)), 0))

    open_items = total(in_own(items.c.open_amount, own, items.c), mine)
    own_money = money.c.currency == account.c.currency
    waiting = total(in_own(money.c.unallocated, own_money, money.c), money.c.customer_id == account.c.customer_id)
    own_orders = orders.c.customer_id == account.c.customer_id
    held = case((orders.c.state == "held", 1), else_=0)
    approved = case((orders.c.state.in_(order_credit.COUNTED), orders.c.counted), else_=0)
    found: list[ColumnElement[Any] | Label[Any]] = [
        *(column for column in account.c if column.name != "partition"),
        on.label("today"),
        (open_items - waiting).label("receivable"),
        total(in_own(pursuable, cumulated.c.currency == account.c.currency, cumulated.c), late).label("overdue"),
        waiting.label("unallocated"),
        total(approved, own_orders).label("approved_orders"),
        total(held, own_orders).label("held_order_count"),
        oldest("due_on").label("oldest_due_on"),
        oldest("invoice_id").label("oldest_overdue"),
        select(func.max(cases.c.current_step))
        .where(cases.c.customer_id == account.c.customer_id, cases.c.closed_on.is_(None))
        .scalar_subquery()
        .label("current_step"),
    ]
    placed = account.outerjoin(region.TABLE, region.TABLE.c.customer_id == account.c.customer_id)
    return select(*found).select_from(placed), account.c.customer_id
