"""The collector's list: steps that a person takes, and of which no contact is recorded yet. No rows of its own."""

from datetime import date
from typing import Any, get_args

from sqlalchemy import Date, Integer, Numeric, Select, String, and_, cast, column, exists, func, literal, or_, select

from chassis.calendar import add_days
from chassis.http import Page, Paging, Queries
from contracts.credit import ContactWay
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.read_models import collection_case, debtor_contact
from credit_svc.responses.contacts import ContactDueAnswer

BY_PERSONS: tuple[ContactWay, ...] = tuple(way for way in get_args(ContactWay) if way not in ("email", "sms"))
"""E-mails and text messages are sent by the system."""
ORDER = (column("taken_on", Date), column("case_id", String))


def contacts_due(on: date, within_days: int) -> Select[Any]:
    """Open cases by their last step: those without a way at once, the others after some days."""
    cases, contacts = collection_case.MODEL.table, debtor_contact.TABLE
    # The last step; a case without steps has none, and is not in the list.
    last = func.jsonb_array_element(cases.c.steps, -1, type_=cases.c.steps.type)
    text = last.op("->>", return_type=String())
    taken_on, way, because = cast(text("taken_on"), Date), text("contact_way"), text("way_because")
    recorded = exists().where(
        contacts.c.customer_id == cases.c.customer_id,
        contacts.c.case_id == cases.c.case_id,
        contacts.c.contacted_on >= taken_on,
    )
    no_way = and_(way.is_(None), because != "")
    late = and_(way.in_(BY_PERSONS), taken_on < literal(add_days(on, -within_days), Date))
    return select(
        cases.c.customer_id,
        cases.c.case_id,
        text("step").label("step"),
        taken_on.label("taken_on"),
        way.label("contact_way"),
        because.label("way_because"),
        cast(text("overdue"), Numeric).label("overdue"),
        text("currency").label("currency"),
        cast(literal(on, Date) - taken_on, Integer).label("days"),
    ).where(cases.c.closed_on.is_(None), or_(no_way, late), ~recorded)


async def contacts_due_page(queries: Queries, page: Paging) -> Page[ContactDueAnswer]:
    today = queries.today
    within_days = queries.policies.at(CollectionPolicy, today).document.contact_within_days
    due = contacts_due(today, within_days).subquery()
    return await queries.page(select(due), ORDER, page)
