"""The moment to which a person moves simulated time."""

from datetime import UTC, datetime
from typing import Any

import pytest

from standing.fault import Fault
from standing.simulated import begin, instant_of

NOW = datetime(2025, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [("2025-02-01", "2025-02-01T00:00:00+00:00"), ("2025-02-01T08:00", "2025-02-01T08:00:00+00:00"),
     ("2025-02-01T08:00+08:00", "2025-02-01T00:00:00+00:00"), ("+7d", "2025-02-07T12:00:00+00:00"),
     ("+90m", "2025-01-31T13:30:00+00:00"), ("+12h", "2025-02-01T00:00:00+00:00")],
)  # fmt: skip
def test_a_moment_is_a_day_an_instant_or_a_step_from_now(text: str, moment: str) -> None:
    assert instant_of(text, NOW).isoformat() == moment


@pytest.mark.parametrize("text", ["tomorrow", "2025-02-30", "+7w", "7d", "", "+999999999d", "+999999d" * 2])
def test_what_is_no_moment_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(Fault, match=r"write 2025-02-01|beyond the calendar"):
        instant_of(text, NOW)


def test_a_step_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(Fault, match="leads beyond the calendar"):
        instant_of("+999999d", datetime(9000, 1, 1, tzinfo=UTC))


class Clocks:
    """Services of one simulated time, as ``begin`` sees them."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    async def progress(self) -> dict[str, Any]:
        return {"now": self.now.isoformat()}

    async def move_clock(self, instant: datetime) -> None:
        self.now = max(self.now, instant)


REAL = datetime(2026, 11, 29, 18, 4, 33, tzinfo=UTC)
UNBEGUN = datetime(1970, 1, 1, tzinfo=UTC)


async def test_simulated_time_begins_now_or_where_it_is_wanted_and_says_so() -> None:
    clocks: Any = [Clocks(UNBEGUN), Clocks(UNBEGUN)]
    assert await begin(clocks, None, REAL) == (
        "It is 2026-11-29 18:04 UTC, the real time; another begins with --from DATE."
    )
    assert [each.now for each in clocks] == [REAL.replace(second=0)] * 2
    named: Any = [Clocks(UNBEGUN)]
    assert await begin(named, "2025-01-01", REAL) == "It is 2025-01-01 00:00 UTC."
    assert named[0].now == datetime(2025, 1, 1, tzinfo=UTC)


async def test_time_that_has_begun_goes_on_from_where_it_stood() -> None:
    clocks: Any = [Clocks(NOW)]
    assert await begin(clocks, None, REAL) == "It is 2025-01-31 12:00 UTC, where time stood when this home was stopped."
    with pytest.raises(Fault, match=r"Time has begun here: it is 2025-01-31 12:00 UTC\. Move it with: standing clock"):
        await begin(clocks, "2020-01-01", REAL)
    assert clocks[0].now == NOW
