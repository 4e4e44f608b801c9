"""Whether what a list is filtered by is known here: a question about nothing says so, and is no empty list."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from chassis.calendar import add_days
from chassis.http import DayRange, Problem, Queries
from notify_svc.policies.directory import DirectoryPolicy
from notify_svc.policies.preferences import PreferencePolicy
from notify_svc.policies.subscriptions import SubscriptionPolicy
from notify_svc.read_models import digest_item, endpoint, notification

NOTICES, ITEMS, ENDPOINTS = notification.MODEL.table, digest_item.MODEL.table, endpoint.MODEL.table


async def refuse_unknown(
    queries: Queries,
    *,
    recipient: str | None = None,
    rule: str | None = None,
    topic: str | None = None,
    about: str | None = None,
    event_id: str | None = None,
) -> None:
    """Raises Problem: 422 for a rule or topic that no version of the rules has, 404 for what no notice is of."""
    rules = [each for version in queries.policies.versions[SubscriptionPolicy.NAME] for each in version.document.rules]
    known = {each.id for each in rules}
    if rule is not None and rule not in known and not await _any(queries, NOTICES.c.rule == rule):
        raise _no_such("rule", rule, known)
    known = {each.topic for each in rules}
    if topic is not None and topic not in known and not await _any(queries, NOTICES.c.topic == topic):
        raise _no_such("topic", topic, known)
    if recipient is not None and recipient not in _named(queries) and not await _was_recipient(queries, recipient):
        raise _nothing(f"Nothing was ever sent to {recipient}, and neither the rules nor the directory name it.")
    if about is not None and not await _any(queries, NOTICES.c.about == about, ITEMS.c.about == about):
        raise _nothing(f"No notice was ever about {about}.")
    if event_id is not None and not await _any(queries, NOTICES.c.event_id == event_id, ITEMS.c.event_id == event_id):
        raise _nothing(
            f"Nobody was notified of event {event_id}: no rule matched it when it came, or no event with this id has come."
        )


def instants_of(queries: Queries, days: DayRange) -> tuple[datetime | None, datetime | None]:
    """The instants at which the first of the days begins and the last one is over; None without end."""
    begin = None if days.since is None else queries.start_of(days.since)
    return begin, None if days.until is None else queries.start_of(add_days(days.until, 1))


def _named(queries: Queries) -> set[str]:
    """Whom the rules of any version, the directory and the preferences name."""
    named = {
        audience.rpartition("|")[2]
        for version in queries.policies.versions[SubscriptionPolicy.NAME]
        for rule in version.document.rules
        for audience in (*rule.audience, *(step.to for step in rule.escalation))
    }
    for version in queries.policies.versions[DirectoryPolicy.NAME]:
        directory = version.document
        named |= {*directory.addresses, *directory.languages, *directory.time_zones, *directory.members}
        named |= {member for members in directory.members.values() for member in members}
    return named | {
        who for version in queries.policies.versions[PreferencePolicy.NAME] for who in version.document.muted
    }


async def _was_recipient(queries: Queries, recipient: str) -> bool:
    if queries.policies.entry(PreferencePolicy, recipient) is not None:
        return True
    return await _any(queries, *(table.c.recipient == recipient for table in (NOTICES, ENDPOINTS, ITEMS)))


async def _any(queries: Queries, *found: ColumnElement[bool]) -> bool:
    """Whether a row of any of the tables is like that; the first that has one decides."""
    for each in found:
        row = await queries.one(select(exists().where(each).label("is_there")))
        if row is not None and row["is_there"]:
            return True
    return False


def _no_such(kind: str, name: str, known: set[str]) -> Problem:
    return Problem(422, f"unknown-{kind}", f"There is no {kind} {name}; use one of {', '.join(sorted(known))}.")


def _nothing(sentence: str) -> Problem:
    return Problem(404, "not-found", sentence)
