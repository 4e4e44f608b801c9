"""Who is told of an event: rules that match its data, name recipients, and say what counts as the same notice."""

import uuid
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.notify import Channel
from notify_svc.facts import Facts, has_field, text_at
from notify_svc.samples import SAMPLES, sample_facts
from notify_svc.templates import Language

FieldPath = Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")]
Audience = Annotated[str, Field(pattern=r"^(partner|(role|person|team):[A-Za-z0-9._-]+)$", max_length=100)]
RuleId = Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=100)]

NOTICES = uuid.UUID("6f0c5a52-6f0b-5d0e-9a55-8d1c7f1f5f52")
"""The namespace of notification ids; never changes, else everything would be told once more."""


class Condition(BaseModel):
    """What a field of the event must be: one of ``values``, none of them, or at least or at most the only one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: FieldPath
    operator: Literal["in", "not_in", "at_least", "at_most"] = "in"
    values: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _a_bound_is_one_number(self) -> Self:
        if self.operator in ("at_least", "at_most") and (len(self.values) != 1 or _number(self.values[0]) is None):
            raise ValueError(f"{self.operator} takes exactly one number, not {', '.join(self.values)}")
        return self

    def holds(self, facts: Facts) -> bool:
        """A field that is no number is neither at least nor at most anything."""
        text = text_at(facts, self.field)
        if self.operator in ("in", "not_in"):
            return (text in self.values) == (self.operator == "in")
        number, bound = _number(text), Decimal(self.values[0])
        return number is not None and (number >= bound if self.operator == "at_least" else number <= bound)


class Rule(BaseModel):
    """Whom to tell of one type of event, and how.

    One notice per (``about``, rule, ``period``) and recipient: both name fields of the event; ``event.id`` makes each
    event its own period and ``event.occurred_on`` each day. Of ``channels``, a later one takes over when an earlier one
    fails for good. An event recorded more than ``max_age_days`` after it happened is history and not told, unless
    ``wants_history``. A ``mandatory`` notice cannot be switched off by its recipient.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: RuleId
    event: str
    where: tuple[Condition, ...] = ()
    audience: tuple[Audience, ...] = Field(min_length=1)
    about: FieldPath
    period: FieldPath
    channels: tuple[Channel, ...] = Field(min_length=1)
    template: str
    urgency: Literal["normal", "urgent"] = "normal"
    language: Language = "en"
    mandatory: bool = False
    wants_history: bool = False
    max_age_days: int = Field(default=2, ge=0)

    @model_validator(mode="after")
    def _speaks_of_what_the_event_has(self) -> Self:
        facts = sample_facts(self.event)
        if facts is None:
            raise ValueError(f"{self.event} cannot be subscribed to; use one of {', '.join(sorted(SAMPLES))}")
        paths = (self.about, self.period, *(condition.field for condition in self.where))
        missing = [path for path in paths if not has_field(facts, path)]
        if missing:
            raise ValueError(f"rule {self.id}: {self.event} has no field {', '.join(missing)}")
        if len(set(self.channels)) != len(self.channels):
            raise ValueError(f"rule {self.id}: a channel is listed twice")
        return self

    def matches(self, facts: Facts) -> bool:
        return facts["event"]["type"] == self.event and all(condition.holds(facts) for condition in self.where)

    def recipients(self, facts: Facts) -> Sequence[str]:
        """``supplier:S-1`` or ``customer:C-1`` for the partner, else the audience as it is; nobody twice."""
        return list(dict.fromkeys(partner_of(facts) if one == "partner" else one for one in self.audience))


def partner_of(facts: Facts) -> str:
    """The partner that the event speaks of, with its noun: a supplier and a customer may have the same id."""
    noun = "supplier" if "supplier_id" in facts else "customer"
    return f"{noun}:{facts[f'{noun}_id']}"


def notification_id(about: str, rule: str, recipient: str, period: str) -> str:
    """The same for the same (subject, rule, recipient, period), whenever and wherever it is computed."""
    parts = "".join(f"{len(part)}:{part}" for part in (about, rule, recipient, period))
    return str(uuid.uuid5(NOTICES, parts))


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
