"""Policy versions: what was published, for work that is due and has to know the rules before it can decide."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from chassis.policies import Policy, PolicyBook
from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import PolicyPublished


@dataclass(frozen=True)
class PolicyVersionRow:
    name: str
    policy_version: int
    effective_from: date
    document: dict[str, Any]
    reason: str


def keys(event: PolicyPublished, _: Envelope) -> list[Key]:
    return [(event.name, event.policy_version)]


def evolve(_: Key, __: PolicyVersionRow | None, event: PolicyPublished, ___: Envelope) -> PolicyVersionRow:
    return PolicyVersionRow(event.name, event.policy_version, event.effective_from, event.document, event.reason)


MODEL = ReadModel(
    name="policy_versions",
    version=1,
    row=PolicyVersionRow,
    key=("name", "policy_version"),
    handles=(PolicyPublished,),
    keys=keys,
    evolve=evolve,
)
TABLE = MODEL.table


def versions(name: str) -> Select[Any]:
    """The published versions of a policy, oldest first; version 1, the defaults, is not among them."""
    return select(TABLE).where(TABLE.c.name == name).order_by(TABLE.c.policy_version)


def book_of(rows: Iterable[Mapping[str, Any]], *kinds: type[Policy]) -> PolicyBook:
    """The policy book that those rows tell of."""
    book = PolicyBook.of(kinds)
    for row in rows:
        book = book.with_published(PolicyPublished(**{name: row[name] for name in PolicyPublished.model_fields}))
    return book
