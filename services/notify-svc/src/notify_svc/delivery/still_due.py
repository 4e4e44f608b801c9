"""Asked before a notice leaves: whether what it is about still goes on."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from chassis.policies import PolicyBook
from notify_svc.policies.subscriptions import SubscriptionPolicy
from notify_svc.read_models import matter_end
from notify_svc.rules.endings import Ending, ended_by
from notify_svc.sentences import Sentences

Rows = Callable[[Any], Awaitable[list[dict[str, Any]]]]


class Concern(NamedTuple):
    """What a notice is about: it began at ``happened_at``, and the notice was requested at ``requested_at``."""

    about: str
    happened_at: datetime
    requested_at: datetime


async def over(
    rule_id: str, matters: Mapping[str, Concern], on: date, policies: PolicyBook, rows: Rows
) -> Mapping[str, str]:
    """Why those of the ``matters`` that are over are not told any more, by their keys: a sentence each.

    Decided by the rule in force on the day ``on``; a rule that is not in force any more drops nothing.
    """
    rules = policies.at(SubscriptionPolicy, on).document.rules
    rule = next((each for each in rules if each.id == rule_id), None)
    if rule is None or not rule.drop_when or not matters:
        return {}
    endings: dict[str, list[Ending]] = {}
    for row in await rows(matter_end.of(rule.about, {matter.about for matter in matters.values()}, rule.drop_when)):
        endings.setdefault(row["about"], []).append(Ending(row["event_type"], row["ended_at"], row["noted_at"]))
    found = {
        key: ended_by(endings.get(matter.about, ()), matter.happened_at, matter.requested_at)
        for key, matter in matters.items()
    }
    return {
        key: Sentences.MATTER_OVER(event_type=ending.event_type, ended_at=f"{ending.ended_at:%Y-%m-%d %H:%M} UTC")
        for key, ending in found.items()
        if ending is not None
    }
