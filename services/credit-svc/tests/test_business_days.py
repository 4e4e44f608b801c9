"""Days of customers: an invoice is overdue from the beginning of the day after its due day, where the customer is."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.business_calendar import BusinessCalendar, day_of, start_of
from chassis.testing import envelope, given, replay
from chassis.testing.passing import pass_until
from contracts import customer
from contracts.credit import CustomerRegionNoted
from credit_svc.account import DECIDER
from credit_svc.account.files import NoteRegion
from credit_svc.reactions import check_order, note_region
from credit_svc.read_models import region
from credit_svc.service import SERVICE
from credit_svc.testing import account, invoice, under
from credit_svc.timers import invoice_due

from .accounts import Accounts
from .running import Running

NEW_YORK, SHANGHAI, KIRITIMATI = (
    ZoneInfo(name) for name in ("America/New_York", "Asia/Shanghai", "Pacific/Kiritimati")
)
ZONES = {"us-ny": "America/New_York", "cn-sh": "Asia/Shanghai", "ki": "Pacific/Kiritimati"}


def placed(customer_id: str, order_id: str, in_region: str | None, on: date = date(2024, 1, 2)) -> customer.OrderPlaced:
    return customer.OrderPlaced(
        order_id=order_id, customer_id=customer_id, ordered_on=on, currency="EUR", lines=(), total=Decimal(10),
        region=in_region,
    )  # fmt: skip


def registered(customer_id: str, in_region: str | None) -> customer.CustomerRegistered:
    kind = customer.Classification(region=in_region)
    return customer.CustomerRegistered(
        customer_id=customer_id, name="A company", owner_id="E-1", classification=kind, registered_on=date(2024, 1, 1)
    )


def bill(customer_id: str, due_on: str, number: str = "1") -> Any:
    return {
        "invoice_id": f"{customer_id}-{number}", "customer_id": customer_id, "issued_on": "2024-01-01", "due_on": due_on,
        "amount": "1000", "currency": "EUR",
    }  # fmt: skip


async def publish(running: Running, effective_from: str, version: int = 1, **document: Any) -> None:
    body = {"document": document, "effective_from": effective_from, "reason": "where our customers are"}
    answer = await running.client.put("/v1/policies/calendar", json=body, headers={"If-Match": f'"{version}"'})
    assert answer.status_code in (200, 201), answer.text


async def overdue(running: Running, *customers: str) -> list[str]:
    """Those of the customers that have been declared overdue, and whose page says so."""
    found = []
    for customer_id in customers:
        page = await running.get(f"/v1/accounts/{customer_id}")
        status = (await running.get(f"/v1/invoices/{customer_id}/{customer_id}-1"))["status"]
        assert (status == "overdue") == (page["overdue"] != "0") == (page["days_past_due"] > 0), (status, page)
        found += [customer_id] if status == "overdue" else []
    return found


async def test_a_customer_in_new_york_is_overdue_when_its_day_after_the_due_day_begins_and_not_before(
    running: Running,
) -> None:
    await running.move_to("2024-01-02")
    await publish(running, "2024-01-02", zones=ZONES)
    await running.hear(placed("NY", "O-1", "us-ny"))
    await running.hear(registered("SH", "cn-sh"))
    await running.hear(registered("KI", "ki"))
    everybody = ("NY", "SH", "KI", "UTC")
    for each in everybody:
        await running.post("/v1/invoices", bill(each, "2024-01-31"))

    seen = []
    for at in (
        datetime(2024, 2, 1, tzinfo=KIRITIMATI) - timedelta(seconds=1),
        datetime(2024, 2, 1, tzinfo=KIRITIMATI),
        datetime(2024, 2, 1, tzinfo=SHANGHAI) - timedelta(seconds=1),
        datetime(2024, 2, 1, tzinfo=SHANGHAI),
        datetime(2024, 2, 1, tzinfo=UTC),
        datetime(2024, 1, 31, 20, tzinfo=NEW_YORK),
        datetime(2024, 2, 1, tzinfo=NEW_YORK),
    ):
        await pass_until(running.runtime, at.astimezone(UTC))
        seen.append(await overdue(running, *everybody))
    assert seen == [
        [], ["KI"], ["KI"], ["SH", "KI"], ["SH", "KI", "UTC"], ["SH", "KI", "UTC"], ["NY", "SH", "KI", "UTC"],
    ]  # fmt: skip
    events = (await running.get("/v1/accounts/NY/history"))["items"]
    (marked,) = [each for each in events if each["type"] == "credit.PaymentOverdue"]
    assert datetime.fromisoformat(marked["occurred_at"]) == datetime(2024, 2, 1, 5, tzinfo=UTC)


async def test_a_new_time_zone_moves_what_stands_on_the_list_without_anything_being_rebuilt(running: Running) -> None:
    await running.move_to("2024-03-01")
    await running.hear(registered("C-1", "us-ny"))
    await running.post("/v1/invoices", bill("C-1", "2024-03-09"))
    await running.post("/v1/invoices", bill("C-1", "2024-03-10", "2"))
    await publish(running, "2024-03-05", zone="America/New_York")
    await pass_until(running.runtime, datetime(2024, 3, 10, 4, 59, 59, tzinfo=UTC))
    assert await overdue(running, "C-1") == []
    await pass_until(running.runtime, datetime(2024, 3, 10, 5, tzinfo=UTC))
    assert await overdue(running, "C-1") == ["C-1"]
    # In the night after, the clocks have been put forward: this day had 23 hours.
    second = "/v1/invoices/C-1/C-1-2"
    await pass_until(running.runtime, datetime(2024, 3, 11, 3, 59, 59, tzinfo=UTC))
    assert (await running.get(second))["status"] == "open"
    await pass_until(running.runtime, datetime(2024, 3, 11, 4, tzinfo=UTC))
    assert (await running.get(second))["status"] == "overdue"


async def test_an_order_is_decided_on_the_day_that_it_is_where_the_customer_is(running: Running) -> None:
    await running.move_to("2024-01-02")
    await publish(running, "2024-01-02", zones=ZONES)
    for customer_id, name in (("NY", "us-ny"), ("KI", "ki")):
        await running.hear(registered(customer_id, name))
    await pass_until(running.runtime, datetime(2024, 1, 31, 20, tzinfo=NEW_YORK).astimezone(UTC))
    for customer_id in ("NY", "KI", "UTC"):
        check = {"customer_id": customer_id, "order_id": f"O-{customer_id}", "amount": "10", "currency": "EUR"}
        await running.post("/v1/credit-checks", check)
    listed = (await running.get("/v1/credit-checks", sort="decided_on"))["items"]
    assert {each["customer_id"]: each["decided_on"] for each in listed} == {
        "NY": "2024-01-31", "UTC": "2024-02-01", "KI": "2024-02-01",
    }  # fmt: skip
    assert listed[0]["customer_id"] == "NY"


async def test_an_unknown_time_zone_is_refused_with_a_sentence(running: Running) -> None:
    body = {"document": {"zones": {"us": "New York"}}, "effective_from": "2024-01-02", "reason": "where they are"}
    answer = await running.client.put("/v1/policies/calendar", json=body, headers={"If-Match": '"1"'})
    assert answer.status_code == 422
    assert "'New York' is no time zone of the IANA database" in answer.text


@for_all(
    st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"})),
    st.dates(date(1900, 1, 31), date(2999, 12, 1)),  # it is issued thirty days before
    st.integers(-86_400 * 3, 86_400 * 3),
)
@settings(deadline=None)
def test_an_invoice_is_overdue_exactly_from_the_beginning_of_the_day_after_its_due_day(
    name: str, due_on: date, seconds: int
) -> None:
    book = under(
        BusinessCalendar(zones={"there": name}, plausible_from=date(1900, 1, 1), plausible_until=date(2999, 12, 31))
    )
    facts = account(invoice(1, due_on=due_on), book=book).facts
    (row,) = replay(invoice_due.TODO, [(fact, envelope(n)) for n, fact in enumerate(facts, start=1)]).values()
    begins = start_of(due_on + timedelta(days=1), book, "there")
    at = begins + timedelta(seconds=seconds)
    assert (row.due_on <= day_of(at, book, "there")) == (at >= begins) == (seconds >= 0)


def test_where_a_customer_is_stands_in_its_file_and_until_then_in_its_latest_order() -> None:
    events = [
        check_order(placed("C-1", "O-1", "north"))[-1],
        check_order(placed("C-1", "O-2", "south"))[-1],
        note_region(registered("C-1", "east")),
        check_order(placed("C-1", "O-3", "west"))[-1],
        note_region(registered("C-1", "east")),
    ]
    noted = given(DECIDER, policies=SERVICE.policies).when(*events)
    assert [(event.region, event.source) for event in noted.facts if isinstance(event, CustomerRegionNoted)] == [
        ("north", "order"), ("south", "order"), ("east", "file"), ("west", "order"),
    ]  # fmt: skip
    assert replay(region.MODEL, noted.facts)["C-1",].region == "east"


@pytest.mark.parametrize(("own", "expected"), [(None, "north"), ("east", "east")])
def test_who_is_merged_brings_its_region_along_where_the_other_has_none(own: str | None, expected: str) -> None:
    accounts = Accounts()
    accounts.hear(placed("C-1", "O-1", "north"))
    accounts.hear(placed("C-2", "O-2", own))
    merged = customer.CustomersMerged(
        customer_id="C-2", merged_id="C-1", moved=("C-1",), because="one company", merged_on=date(2024, 1, 3), by="li"
    )
    accounts.hear(merged)
    assert accounts.account("C-2").file.region == expected
    rows = replay(region.MODEL, [*accounts.events("C-1"), *accounts.events("C-2")])
    assert {key: row.region for key, row in rows.items()} == {("C-2",): expected}


@pytest.mark.parametrize("commands", [check_order(placed("C-1", "O-1", None)), note_region(registered("C-1", None))])
def test_a_fact_that_names_no_region_says_nothing_about_it(commands: Any) -> None:
    found = commands if isinstance(commands, list) else [commands]
    assert not [each for each in found if isinstance(each, NoteRegion)]
