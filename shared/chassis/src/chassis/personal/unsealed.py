"""What an erasure cannot reach: events that were written before texts were sealed, and hold one about the person in clear."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson

from chassis.service import Service
from chassis.storage.log import EVENT_COLUMNS, Log
from contracts import Event
from contracts.data_subjects import templates_of, values_of, with_each
from contracts.fields import STORED
from contracts.personal import Clear, Sealed
from contracts.policy import PolicyPublished, PolicyShadowed

DOCUMENTS = (PolicyPublished, PolicyShadowed)
FOUND_MAX = 500
READ_AT_ONCE = 500


class Unsealed(NamedTuple):
    """An event of the log that tells of the person in clear."""

    event_id: str
    type: str
    stream: str
    partition: int
    position: int


async def unsealed_of(service: Service, log: Log, subject: str) -> tuple[list[Unsealed], bool]:
    """The events in which a text about the person stands in clear, at most FOUND_MAX, and whether these are all.

    Only events of types with personal texts are read, and of these those that name what the subject is made of.
    """
    found: list[Unsealed] = []
    for values, types in _wanted(service, subject).items():
        query = (
            f"SELECT {EVENT_COLUMNS} FROM event WHERE type = ANY($1::text[])"
            " AND NOT EXISTS (SELECT FROM unnest($2::text[]) AS value WHERE strpos(data::text, value) = 0)"
        )
        async with log.database.followers.acquire() as connection, connection.transaction(readonly=True):
            async for row in connection.cursor(query, types, list(values), prefetch=READ_AT_ONCE):
                stored = log.stored(row)
                if not _tells_of(_typed(stored.event(service.event_types), service), subject):
                    continue
                if len(found) == FOUND_MAX:
                    return found, False
                at = stored.envelope
                found.append(Unsealed(at.id, at.type, at.stream, at.partition, at.position))
    return sorted(found, key=lambda each: (each.partition, each.position)), True


def _wanted(service: Service, subject: str) -> dict[frozenset[str], list[str]]:
    """Texts that an event must hold to tell of the person, each as JSON writes it → the types of such events."""
    wanted: dict[frozenset[str], list[str]] = defaultdict(list)
    for kind in service.events:
        for values in _values(kind, subject):
            wanted[frozenset(orjson.dumps(value).decode()[1:-1] for value in values)] += kind.types()
    published = [name for kind in service.events if issubclass(kind, DOCUMENTS) for name in kind.types()]
    for policy in service.policies:
        for values in _values(policy, subject):
            wanted[frozenset(orjson.dumps(value).decode()[1:-1] for value in values)] += published
    return wanted


def _typed(event: Event, service: Service) -> Any:
    """The event; of a version of a policy, the policy, whose texts the event itself does not tell apart."""
    if not isinstance(event, DOCUMENTS):
        return event
    kind = next((kind for kind in service.policies if event.name == kind.NAME), None)
    return event if kind is None else kind.model_validate(event.document, context=STORED)


def _values(kind: type[Any], subject: str) -> Iterable[tuple[str, ...]]:
    """The first value of each template: a later one may be worked out while an event is read, and stand nowhere in it."""
    return (values[:1] for template in templates_of(kind) if (values := values_of(subject, template)) is not None)


def _tells_of(event: Any, subject: str) -> bool:
    found: list[str] = []

    def note(personal: Sealed | Clear, whom: str) -> Sealed | Clear:
        if isinstance(personal, Clear) and whom == subject:
            found.append(whom)
        return personal

    with_each(event, note)
    return bool(found)
