"""The moment to which a person moves simulated time."""

from datetime import UTC, datetime

import pytest

from standing.fault import Fault
from standing.simulated import instant_of

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
