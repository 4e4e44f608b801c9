"""The order in which the ways to get a part are tried, and the time limit for each one's answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from standing_parts.part import PartError, Say

T = TypeVar("T")

ANSWER_LIMIT_S = 20.0


class PassedOver(Exception):
    """This way is not available here; the message gives the reason in one line."""


@dataclass(frozen=True)
class Candidate(Generic[T]):
    """One way to get a part.

    `probe` raises anything when it is not available; `start` starts it and may still raise PassedOver.
    """

    kind: str
    probe: Callable[[], object]
    start: Callable[[], T]


def choose(
    part: str,
    candidates: Sequence[Candidate[T]],
    say: Say,
    forced: str | None = None,
    limit_s: float = ANSWER_LIMIT_S,
) -> T:
    """Start the first candidate whose probe answers within `limit_s` seconds; say one line for each passed
    over.

    `forced` is the kind of the one candidate to take. Raises PartError when that one, or every one, is not
    available.
    """
    reasons: list[str] = []
    for candidate in candidates:
        if forced is not None and candidate.kind != forced:
            continue
        try:
            answer_within(limit_s, candidate.probe)
            return candidate.start()
        except PassedOver as reason:
            reasons.append(f"{candidate.kind}: {reason}")
        if forced is None:
            say(f"{part}: {candidate.kind} passed over: {reasons[-1].removeprefix(candidate.kind + ': ')}")
    why = "; ".join(reasons)
    if forced is not None:
        raise PartError(f"{part} must be {forced}, but that cannot run here. {why}.")
    raise PartError(f"No {part} is available here. {why}.")


def answer_within(limit_s: float, ask: Callable[[], T]) -> T:
    """What `ask` returns; raises PassedOver when it raises or needs longer than `limit_s` seconds.

    The call runs in a daemon thread: one that hangs is left behind and does not keep the process from ending.
    """
    answers: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(ask())
        except BaseException as failure:
            failures.append(failure)

    thread = threading.Thread(target=run, name="standing-parts-probe", daemon=True)
    thread.start()
    thread.join(limit_s)
    if answers:
        return answers[0]
    if failures:
        failure = failures[0]
        if isinstance(failure, PassedOver | PartError):
            raise failure
        raise PassedOver(one_line(failure)) from failure
    raise PassedOver(f"no answer within {limit_s:g} s")


def one_line(failure: BaseException, width: int = 200) -> str:
    """An exception as one line of at most `width` characters."""
    text = " ".join(str(failure).split()) or type(failure).__name__
    return text if len(text) <= width else f"{text[: width - 1]}…"
