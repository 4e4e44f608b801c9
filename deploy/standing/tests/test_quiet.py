"""A home is proved once it stands still; what comes meanwhile is never said to be lost."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standing import quiet
from standing.quiet import reached, wait_until_quiet
from standing.services import DoesNotAnswer
from standing.verify import MOVED, Check, _dense_inbox, mark_of, verdict
from standing_parts import Kafka

Reading = Mapping[str, Any]


def reading(head: int, relay: int) -> Reading:
    return {
        "heads": {"0": head},
        "relay": {"0": relay},
        "lookup": {"0": head},
        "read_models": {},
        "building": {},
        "inbox": {},
    }


def service(readings: Sequence[Reading | Exception]) -> Any:
    """A service whose progress reads so, one after the other; the last for ever."""
    left = list(readings)

    async def progress() -> Reading:
        found = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(found, Exception):
            raise found
        return found

    return SimpleNamespace(name="jar-svc", service=SimpleNamespace(sources=()), progress=progress, left=left)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quiet, "BETWEEN_S", 0.01)
    monkeypatch.setattr(quiet, "STUCK_S", 0.1)


async def test_a_home_that_stands_still_is_proved_at_once_and_without_a_word(kafka: Kafka) -> None:
    said: list[str] = []
    assert await wait_until_quiet([service([reading(7, 7)])], kafka.bootstrap, kafka.security, said.append)
    assert said == []


async def test_a_home_whose_timers_still_write_is_waited_for_with_one_line(kafka: Kafka) -> None:
    said: list[str] = []
    moving = service([reading(7, 5), reading(8, 7), reading(9, 8), reading(9, 9)])
    assert await wait_until_quiet([moving], kafka.bootstrap, kafka.security, said.append)
    assert said == ["Waiting until nothing moves, at most 60 s."]
    assert moving.left == [reading(9, 9)], "it was waited until the relay had caught up"


async def test_a_follower_that_stands_still_behind_its_log_is_for_the_checks_to_name(kafka: Kafka) -> None:
    assert await wait_until_quiet([service([reading(9, 4)])], kafka.bootstrap, kafka.security, lambda _: None)


async def test_of_a_home_that_goes_on_moving_it_is_said_so(kafka: Kafka) -> None:
    said: list[str] = []
    endless = service([reading(n, n) for n in range(100_000)])
    assert not await wait_until_quiet([endless], kafka.bootstrap, kafka.security, said.append, within_s=0.3)
    assert said[-1].startswith("The home moves: it is checked up to where its logs ended when this began")


async def test_what_does_not_answer_is_not_waited_for(kafka: Kafka) -> None:
    gone = service([DoesNotAnswer("jar-svc does not answer")])
    assert await wait_until_quiet([gone], kafka.bootstrap, kafka.security, lambda _: None)


async def test_a_follower_is_waited_for_until_it_is_there_or_the_time_is_over() -> None:
    behind = service([reading(9, n) for n in range(5)])
    assert (await reached(behind, lambda read: read["relay"]["0"] >= 3, 60))["relay"] == {"0": 3}
    assert (await reached(behind, lambda read: read["relay"]["0"] >= 9, 0))["relay"] == {"0": 4}


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_an_inbox_lies_between_the_heads_before_it_was_read_and_those_after_it(first: int, more: int, at: int) -> None:
    check = _dense_inbox("a-svc", "b.events", {0: {"position": at}}, {0: first}, {0: first + more})
    assert check.ok == (first <= at <= first + more)
    still = _dense_inbox("a-svc", "b.events", {0: {"position": at}}, {0: first}, {0: first})
    assert still.ok == (at == first)


def test_a_read_model_that_could_not_be_compared_is_neither_proved_nor_said_to_be_wrong() -> None:
    checks = [Check("a log", True, "fine"), Check("a read model jars", False, MOVED)]
    assert [mark_of(check) for check in checks] == ["ok  ", "----"]
    assert verdict(checks) == (
        "verify: 1 of 2 checks hold; not compared, because events came all the while: a read model jars; verify again when nothing moves"
    )
    wrong = [*checks, Check("a topic", False, "lacks one")]
    assert (mark_of(wrong[2]), verdict(wrong).endswith("; NOT verified: a topic")) == ("FAIL", True)
