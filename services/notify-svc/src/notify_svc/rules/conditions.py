"""The conditions of a rule on an event's data."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from chassis.policies import PolicyPart
from notify_svc.rules.vocabulary import Facts, text_at
from notify_svc.sentences import Sentences

FieldPath = Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")]


class Condition(PolicyPart):
    """What a field of the event must be: one of ``values``, none of them, or at least or at most the only one."""

    field: FieldPath
    operator: Literal["in", "not_in", "at_least", "at_most"] = "in"
    values: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _a_bound_is_one_number(self) -> Self:
        if self.operator in ("at_least", "at_most") and (len(self.values) != 1 or _number(self.values[0]) is None):
            raise ValueError(f"{self.operator} takes exactly one number, not {', '.join(self.values)}")
        return self

    def holds(self, facts: Facts) -> bool:
        """Whether it holds for an event. A field that is not a number is neither at least nor at most anything."""
        text = text_at(facts, self.field)
        if self.operator in ("in", "not_in"):
            return (text in self.values) == (self.operator == "in")
        number, bound = _number(text), Decimal(self.values[0])
        return number is not None and (number >= bound if self.operator == "at_least" else number <= bound)

    def explanation(self, facts: Facts) -> str:
        """The condition beside what the event has: why a rule did not match."""
        value, wanted = text_at(facts, self.field), ", ".join(self.values)
        match self.operator:
            case "in":
                return Sentences.NOT_IN(field=self.field, value=value, values=wanted)
            case "not_in":
                return Sentences.NOT_OUT_OF(field=self.field, value=value, values=wanted)
            case "at_least":
                return Sentences.NOT_AT_LEAST(field=self.field, value=value, bound=wanted)
            case "at_most":
                return Sentences.NOT_AT_MOST(field=self.field, value=value, bound=wanted)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
