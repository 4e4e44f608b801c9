"""The days of the business: in the zone of a region, by the policy that is in force on them."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.business_calendar import (
    BusinessCalendar,
    DayImplausible,
    day_of,
    days_by_region,
    require_plausible,
    require_plausible_days,
    start_of,
)
from chassis.policies import PolicyBook
from chassis.zones import zone
from contracts import erp
from contracts.policy import PolicyPublished

NEW_YORK, SHANGHAI = ZoneInfo("America/New_York"), ZoneInfo("Asia/Shanghai")
ZONES = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"}))
INSTANTS = st.datetimes(datetime(1900, 1, 3), datetime(2999, 12, 29), timezones=st.just(UTC))  # noqa: DTZ001
DAYS = st.dates(date(1900, 1, 3), date(2999, 12, 29))


def under(*versions: tuple[date, BusinessCalendar]) -> PolicyBook:
    """The default calendar, and these after it."""
    book = PolicyBook.of((BusinessCalendar,))
    for number, (since, calendar) in enumerate(versions, start=2):
        published = PolicyPublished(
            name="calendar",
            policy_version=number,
            effective_from=since,
            document=calendar.model_dump(mode="json"),
            reason="moved",
        )
        book = book.with_published(published)
    return book


def always(zone_name: str, **zones: str) -> PolicyBook:
    return PolicyBook.of((BusinessCalendar,)).with_only(BusinessCalendar(zone=zone_name, zones=zones))


@pytest.mark.parametrize("book", [PolicyBook.of(()), PolicyBook.of((BusinessCalendar,))])
def test_until_a_calendar_is_published_days_are_those_of_utc(book: PolicyBook) -> None:
    last, first = datetime(2024, 1, 31, 23, 59, 59, 999_999, UTC), datetime(2024, 2, 1, tzinfo=UTC)
    assert (day_of(last, book), day_of(first, book)) == (date(2024, 1, 31), date(2024, 2, 1))
    assert start_of(date(2024, 2, 1), book) == first


def test_at_20_00_in_new_york_it_is_still_the_day_that_it_is_there() -> None:
    book = always("America/New_York")
    assert day_of(datetime(2024, 1, 31, 20, tzinfo=NEW_YORK), book) == date(2024, 1, 31)
    assert start_of(date(2024, 2, 1), book) == datetime(2024, 2, 1, 5, tzinfo=UTC)


def test_a_region_has_its_own_zone_and_one_that_is_not_named_that_of_the_business() -> None:
    book, at = always("Asia/Shanghai", us="America/New_York"), datetime(2024, 1, 31, 20, tzinfo=UTC)
    days = [day_of(at, book, region) for region in ("us", None, "nowhere")]
    assert days == [date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 1)]
    assert days_by_region(at, book) == {"us": date(2024, 1, 31)}


def test_the_nights_in_which_clocks_are_changed_are_one_hour_shorter_and_longer() -> None:
    book = always("America/New_York")
    lengths = [
        start_of(day + timedelta(1), book) - start_of(day, book) for day in (date(2024, 3, 10), date(2024, 11, 3))
    ]
    assert lengths == [timedelta(hours=23), timedelta(hours=25)]


def test_where_the_clocks_skip_midnight_the_day_begins_an_hour_after_it() -> None:
    book = always("Asia/Beirut")
    begins = start_of(date(2024, 3, 31), book)
    assert begins.astimezone(ZoneInfo("Asia/Beirut")).isoformat() == "2024-03-31T01:00:00+03:00"


@pytest.mark.parametrize(("name", "hour"), [("Pacific/Kiritimati", 10), ("Etc/GMT+12", 12)])
def test_the_first_and_the_last_zone_of_the_earth_have_days_of_their_own(name: str, hour: int) -> None:
    on = date(2024, 2, 1)
    begins = start_of(on, always(name))
    assert begins == datetime(2024, 1, 31 if hour == 10 else 1, hour, tzinfo=UTC).replace(month=1 if hour == 10 else 2)
    assert day_of(begins, always(name)) == on
    assert day_of(begins - timedelta(microseconds=1), always(name)) == date(2024, 1, 31)


def test_a_day_that_a_place_skipped_begins_with_the_one_after_it() -> None:
    book = always("Pacific/Apia")
    assert start_of(date(2011, 12, 30), book) == start_of(date(2011, 12, 31), book)


def test_a_new_calendar_counts_from_its_day_on_and_days_before_stay_where_they_were() -> None:
    book = under((date(2024, 3, 1), BusinessCalendar(zone="America/New_York")))
    assert start_of(date(2024, 2, 29), book) == datetime(2024, 2, 29, tzinfo=UTC)
    assert start_of(date(2024, 3, 1), book) == datetime(2024, 3, 1, 5, tzinfo=UTC)
    assert day_of(datetime(2024, 3, 1, 3, tzinfo=UTC), book) == date(2024, 2, 29)


@given(ZONES, INSTANTS, DAYS)
@settings(deadline=None)
def test_a_day_has_come_exactly_from_its_beginning_on(name: str, instant: datetime, day: date) -> None:
    book = always(name)
    near = [start_of(day, book) + timedelta(microseconds=n) for n in (-1, 0, 1)]
    for at in (instant, *near):
        assert (day_of(at, book) >= day) == (at >= start_of(day, book))


@given(ZONES, INSTANTS)
@settings(deadline=None)
def test_the_day_of_an_instant_is_what_the_calendars_on_the_walls_there_show(name: str, instant: datetime) -> None:
    day = day_of(instant, always(name))
    # A clock that is set back after midnight shows the day before once more; the business does not go back.
    assert instant.astimezone(ZoneInfo(name)).date() in (day, day - timedelta(days=1))
    assert start_of(day, always(name)) <= instant < start_of(day + timedelta(days=1), always(name))


@given(ZONES, ZONES, ZONES, DAYS, INSTANTS, st.integers(-3, 3))
@settings(deadline=None)
def test_days_come_one_after_the_other_however_the_zone_is_moved(
    first: str, second: str, third: str, since: date, instant: datetime, days: int
) -> None:
    book = under(
        (date.min, BusinessCalendar(zone=first)),
        (since, BusinessCalendar(zone=second)),
        (since + timedelta(days=1), BusinessCalendar(zone=third)),
    )
    day = since + timedelta(days=days)
    begins = start_of(day, book)
    for at in (instant, begins - timedelta(microseconds=1), begins):
        assert (day_of(at, book) >= day) == (at >= begins)


@pytest.mark.parametrize(
    "name", ["", "New York", "CET+1", "america/new_york", "../UTC", "localtime", "UTC+8", "posixrules"]
)
def test_what_is_no_name_of_the_iana_database_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no time zone of the IANA database"):
        zone(name)
    with pytest.raises(ValidationError, match="is no time zone of the IANA database"):
        BusinessCalendar(zones={"us": name})


def test_the_zones_are_there_on_a_system_that_has_no_database_of_them() -> None:
    code = "from chassis.zones import zone; print(zone('America/New_York').key, len(__import__('zoneinfo').TZPATH))"
    shown = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONTZPATH": ""}, capture_output=True, text=True, check=True
    )
    assert shown.stdout.split() == ["America/New_York", "0"]


@pytest.mark.parametrize("book", [PolicyBook.of(()), PolicyBook.of((BusinessCalendar,))])
@pytest.mark.parametrize(("day", "fits"), [
    (date(1900, 1, 1), False), (date(1969, 12, 31), False), (date(1970, 1, 1), True), (date(2099, 12, 31), True),
    (date(2100, 1, 1), False), (date(2999, 12, 31), False), (None, True),
])  # fmt: skip
def test_a_day_before_1970_or_after_2099_is_taken_for_a_typing_error(
    book: PolicyBook, day: date | None, fits: bool
) -> None:
    if fits:
        require_plausible(book, "paid_on", day)
        return
    with pytest.raises(DayImplausible) as refused:
        require_plausible(book, "paid_on", day)
    assert str(refused.value) == (
        f"paid_on is {day}, which is not between 1970-01-01 and 2099-12-31, the days that the policy calendar calls plausible."
        " Correct the day and send it again."
    )


def test_which_days_are_plausible_is_what_the_newest_calendar_calls_so_on_whatever_day_it_begins() -> None:
    wide = under(
        (date(2030, 1, 1), BusinessCalendar(plausible_from=date(1900, 1, 1), plausible_until=date(2999, 12, 31)))
    )
    require_plausible(wide, "issued_on", date(1900, 1, 1))
    require_plausible(wide, "issued_on", date(2999, 12, 31))
    narrow = under((date(2030, 1, 1), BusinessCalendar(plausible_from=date(2020, 1, 1))))
    with pytest.raises(DayImplausible, match="between 2020-01-01 and 2099-12-31"):
        require_plausible(narrow, "issued_on", date(2019, 12, 31))


def test_a_calendar_that_leaves_no_day_plausible_is_refused() -> None:
    with pytest.raises(ValidationError, match="plausible_from 2024-01-02 is after plausible_until 2024-01-01"):
        BusinessCalendar(plausible_from=date(2024, 1, 2), plausible_until=date(2024, 1, 1))


@given(st.integers(0, 4), st.one_of(st.dates(date(1900, 1, 1), date(1969, 12, 31)), st.dates(date(2100, 1, 1))))
def test_whichever_day_of_a_fact_is_implausible_is_the_one_that_is_named(place: int, wrong: date) -> None:
    days = [date(2024, 1, each) for each in range(1, 6)]
    days[place] = wrong
    issued, due, *parts = days
    fact = erp.InvoiceIssued(
        invoice_id="INV-1", customer_id="C-1", issued_on=issued, due_on=due, amount=Decimal(30), currency="CNY",
        instalments=tuple(erp.Instalment(due_on=each, amount=Decimal(10)) for each in parts),
    )  # fmt: skip
    name = ("issued_on", "due_on", "instalments.0.due_on", "instalments.1.due_on", "instalments.2.due_on")[place]
    with pytest.raises(DayImplausible, match=f"^{name} is {wrong},"):
        require_plausible_days(PolicyBook.of((BusinessCalendar,)), fact)


def test_an_instant_is_as_plausible_as_its_day() -> None:
    book = PolicyBook.of((BusinessCalendar,))
    require_plausible(book, "opened_at", datetime(2099, 12, 31, 23, 59, tzinfo=UTC))
    with pytest.raises(DayImplausible, match="opened_at is 2100-01-01"):
        require_plausible(book, "opened_at", datetime(2100, 1, 1, tzinfo=UTC))
