"""Hours of the recipient's day, across time zones and the nights on which clocks are changed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from notify_svc.policies.directory import DirectoryPolicy
from notify_svc.policies.quiet_hours import QuietHoursPolicy
from notify_svc.rules.timing import instant_of, is_within, jitter, next_time


def utc(day: int, hour: int, minute: int = 0, month: int = 2) -> datetime:
    return datetime(2024, month, day, hour, minute, tzinfo=UTC)


INSTANTS = st.integers(0, 10 * 365 * 24 * 60).map(lambda minutes: utc(1, 0) + timedelta(minutes=minutes))
ZONES = st.sampled_from(["UTC", "Asia/Shanghai", "America/Sao_Paulo", "Europe/Berlin", "Australia/Lord_Howe"])
QUIET = QuietHoursPolicy()


@pytest.mark.parametrize(
    ("at", "zone", "until"),
    [
        (utc(1, 20, 59), "UTC", None),
        (utc(1, 21), "UTC", utc(2, 8)),
        (utc(2, 3), "UTC", utc(2, 8)),
        (utc(2, 8), "UTC", None),
        (utc(1, 12, 59), "Asia/Shanghai", None),
        (utc(1, 13), "Asia/Shanghai", utc(2, 0)),
        (utc(1, 23), "America/Sao_Paulo", None),
        (utc(2, 1), "America/Sao_Paulo", utc(2, 11)),
    ],
)
def test_quiet_hours_are_21_to_8_on_the_recipients_clock(at: datetime, zone: str, until: datetime | None) -> None:
    assert QUIET.waits_until(at, "person:a", "email", zone) == until


def test_the_inbox_and_other_machines_do_not_sleep() -> None:
    night = utc(1, 23)
    assert QUIET.waits_until(night, "person:a", "sms", "UTC") is not None
    assert QUIET.waits_until(night, "person:a", "inbox", "UTC") is None
    assert QUIET.waits_until(night, "system:bi", "webhook", "UTC") is None


def test_who_is_awake_is_told_at_night_and_equal_hours_are_no_night() -> None:
    assert QuietHoursPolicy(awake=("role:guard",)).waits_until(utc(1, 23), "role:guard", "sms", "UTC") is None
    assert QuietHoursPolicy(starts="00:00", ends="00:00").waits_until(utc(1, 23), "person:a", "sms", "UTC") is None


def test_in_the_night_of_the_change_of_clocks_the_morning_is_still_at_eight() -> None:
    before, after = utc(30, 7, 0, 3), utc(31, 6, 0, 3)  # Berlin: 08:00 at UTC+1, then 08:00 at UTC+2
    assert next_time(before, "08:00", "Europe/Berlin") == after


@for_all(INSTANTS, ZONES)
def test_what_waits_for_the_morning_waits_less_than_a_day_and_is_no_longer_disturbing(at: datetime, zone: str) -> None:
    until = QUIET.waits_until(at, "person:a", "email", zone)
    if until is not None:
        assert timedelta() < until - at <= timedelta(hours=12)
        assert QUIET.waits_until(until, "person:a", "email", zone) is None


@for_all(INSTANTS, ZONES, st.sampled_from(["00:00", "08:00", "17:30", "23:59"]))
def test_the_next_time_a_clock_shows_an_hour_is_within_a_day(at: datetime, zone: str, hour: str) -> None:
    assert timedelta() < next_time(at, hour, zone) - at <= timedelta(hours=25)


def test_an_hour_is_within_a_stretch_that_may_go_over_midnight() -> None:
    assert is_within(utc(1, 9), "08:00", "17:00", "UTC")
    assert not is_within(utc(1, 17), "08:00", "17:00", "UTC")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-02-02", utc(2, 0)),
        ("2024-02-02T09:00:00Z", utc(2, 9)),
        ("2024-02-02T17:00:00+08:00", utc(2, 9)),
        ("2024-02-02T09:00:00", None),
        ("none", None),
        ("tomorrow!!", None),
    ],
)
def test_a_field_may_hold_an_instant_or_a_day(text: str, instant: datetime | None) -> None:
    assert instant_of(text) == instant


@for_all(st.text(max_size=40), st.integers(0, 20))
def test_jitter_is_a_share_and_always_the_same(key: str, attempt: int) -> None:
    assert 0 <= jitter(key, attempt) < 1
    assert jitter(key, attempt) == jitter(key, attempt)


def test_a_time_zone_that_nobody_knows_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValidationError, match="'Mars/Base' is no time zone of the IANA database"):
        DirectoryPolicy(time_zone="Mars/Base")
