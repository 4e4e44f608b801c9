"""The mapping file: which rows of a table are which facts, and which column is which field. YAML, checked when it is read."""

from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from contracts import erp
from standing.fault import Fault

TYPES = {event.TYPE: event for event in erp.EVENTS}


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]
"""One text or several."""


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, coerce_numbers_to_str=True)


class Number(Part):
    """How numbers are written: the sign before decimals, and the one between thousands."""

    decimal: str = Field(default=".", min_length=1, max_length=1)
    thousands: str = Field(default="", max_length=1)


class Condition(Part):
    """What a cell must be; every test that is given has to hold. ``none_of`` and ``starts_not_with`` are the opposites."""

    column: str
    any_of: Texts = ()
    none_of: Texts = ()
    starts_with: Texts = ()
    starts_not_with: Texts = ()
    is_empty: bool | None = None
    above: float | None = None
    at_most: float | None = None
    number: Number = Field(default=Number(), description="how the number that is compared is written")

    @model_validator(mode="after")
    def _tests_something(self) -> Self:
        if len(self.model_fields_set - {"number"}) < 2:
            raise ValueError(
                "name a test beside the column: any_of, none_of, starts_with, starts_not_with, is_empty, above or at_most"
            )
        return self


class Value(Part):
    """Where a field comes from, and what is done to the text on the way. Exactly one of ``column``, ``value``, ``sum_of`` and ``rows``."""

    column: str | None = None
    value: Any = None
    sum_of: Texts = Field(default=(), description="the product of these columns, added up over the rows of the fact")
    rows: dict[str, "Value"] | None = Field(
        default=None, description="a list with an entry of these fields for each row"
    )
    prefix: str = ""
    date: Texts = Field(
        default=(), description="how dates are written, as Python's strptime takes it; several are tried in turn"
    )
    number: Number | None = None
    absolute: bool = Field(default=False, description="without its sign")
    whole: bool = Field(default=False, description="a number without decimals, sent as a number")
    id_number: bool = Field(default=False, description="an id that some program wrote as a number: 17850.0 is 17850")
    words: dict[str, str] = Field(default={}, description="text in the table → text in the fact; others stay")
    if_empty: str | None = None

    @model_validator(mode="after")
    def _comes_from_one_place(self) -> Self:
        given = {"column", "value", "sum_of", "rows"} & self.model_fields_set
        if len(given) != 1:
            raise ValueError("name one of column, value, sum_of and rows")
        return self


class FactOf(Part):
    """One kind of fact. The rows that agree in ``one_per`` are one fact, named by them: its id is theirs whenever the table is read."""

    type: str
    one_per: Texts = Field(min_length=1)
    when: tuple[Condition, ...] = ()
    time: Value
    fields: dict[str, Value]

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        event = TYPES.get(self.type)
        if event is None:
            raise ValueError(f"there is no fact {self.type}; there are {', '.join(TYPES)}")
        if unknown := [name for name in self.fields if name not in event.model_fields]:
            raise ValueError(f"{self.type} has no field {', '.join(unknown)}; it has {', '.join(event.model_fields)}")
        if missing := [
            name for name, field in event.model_fields.items() if field.is_required() and name not in self.fields
        ]:
            raise ValueError(f"{self.type} needs {', '.join(missing)}")
        if not self.time.date:
            raise ValueError("time needs the way in which dates are written: date")
        return self

    @property
    def gathers(self) -> bool:
        """Whether several rows make one fact; else rows with the same name are repeats of each other."""
        return any(value.sum_of or value.rows is not None for value in self.fields.values())


class Refusal(Part):
    """Rows that are no fact, and why."""

    when: tuple[Condition, ...] = Field(min_length=1)
    reason: str = Field(min_length=3)


class Mapping(Part):
    """One table: its name, how it is written, what is left out of it, and what its rows become."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")
    file: str
    source: str = ""
    encoding: str = "utf-8-sig"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    refuse: tuple[Refusal, ...] = ()
    facts: tuple[FactOf, ...] = Field(min_length=1)

    @property
    def columns(self) -> list[str]:
        """Every column that the mapping names, in the order in which it does."""
        tests = [*(each.when for each in self.refuse), *(each.when for each in self.facts)]
        named = [condition.column for when in tests for condition in when]
        for fact in self.facts:
            named += fact.one_per
            for value in (fact.time, *fact.fields.values()):
                named += _columns(value)
        return list(dict.fromkeys(named))


def _columns(value: Value) -> list[str]:
    inner = [column for each in (value.rows or {}).values() for column in _columns(each)]
    return [*([value.column] if value.column else []), *value.sum_of, *inner]


def read_mapping(path: Path) -> Mapping:
    """The mapping in a file. Raises Fault, with the place and the rule, for one that cannot be followed."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Fault(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise Fault(f"{path} is no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(document, dict):
        raise Fault(f"{path} is no mapping: it has to begin with name, file and facts.")
    try:
        return Mapping.model_validate(document)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, each['loc'])) or 'the file'}: {_plain(each['msg'])}" for each in error.errors()]
        raise Fault(f"{path} cannot be followed. {'; '.join(faults[:5])}.") from error


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")
