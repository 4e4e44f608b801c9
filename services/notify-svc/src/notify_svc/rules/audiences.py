"""Whom a rule notifies: the partner itself, a role, a person, a team, a system, or the person that a field names."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from contracts.notify import Recipient
from notify_svc.rules.vocabulary import Facts, has_field, text_at

NAMED = r"(role|person|team|system):[A-Za-z0-9._-]+"
Audience = Annotated[
    str, Field(pattern=rf"^(partner|{NAMED}|field:[a-z0-9_]+(\.[a-z0-9_]+)*(\|{NAMED})?)$", max_length=200)
]
"""``partner``, ``role:buyer``, ``person:E-17``, ``team:care``, ``system:bi``, or ``field:owner_id|role:account-owner``.

``field:`` is the person whose id stands in that field of the event; where that field is empty, the one after ``|`` is notified.
"""

_RECIPIENT: TypeAdapter[str] = TypeAdapter(Recipient)


HOUSE = frozenset({"role", "person", "team", "system"})


def is_of_the_house(recipient: str) -> bool:
    """Whether a recipient looks into the inbox here; a partner, and anybody whose kind is unknown, is reached elsewhere or not at all."""
    return recipient.partition(":")[0] in HOUSE


def missing_field(audience: str, sample: Facts) -> str | None:
    """The field that an audience names and a sample event does not have."""
    path = _field(audience)
    return path if path is not None and not has_field(sample, path) else None


def recipients(
    audience: Sequence[str], facts: Facts, members: Mapping[str, Sequence[str]] | None = None
) -> Sequence[str]:
    """Everybody whom an audience names, nobody twice; a role or team with ``members`` is each of them."""
    named = [recipient for one in audience if (recipient := _recipient(one, facts)) is not None]
    everyone = [member for recipient in named for member in (members or {}).get(recipient, (recipient,))]
    return list(dict.fromkeys(everyone))


def partner_of(facts: Facts) -> str:
    """The partner that the event is about, with its noun: a supplier and a customer may have the same id.

    Of an event that names both it is the one of the service that published it.
    """
    nouns = ("customer", "supplier") if facts["event"]["type"].startswith("customer.") else ("supplier", "customer")
    noun = next(noun for noun in nouns if f"{noun}_id" in facts)
    return f"{noun}:{facts[f'{noun}_id']}"


def _recipient(audience: str, facts: Facts) -> str | None:
    if audience == "partner":
        return partner_of(facts)
    path = _field(audience)
    if path is None:
        return audience
    person = text_at(facts, path)
    otherwise = audience.partition("|")[2] or None
    return otherwise if person in ("none", "") or not _is_recipient(f"person:{person}") else f"person:{person}"


def _is_recipient(text: str) -> bool:
    try:
        _RECIPIENT.validate_python(text)
    except ValidationError:
        return False
    return True


def _field(audience: str) -> str | None:
    found = re.match(r"field:([a-z0-9_.]+)", audience)
    return found[1] if found else None
