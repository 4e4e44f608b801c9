"""Money travels as a decimal string and never without its currency."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, get_args, get_type_hints

import pytest
from pydantic import BaseModel

from contracts import EVENTS, Event
from contracts.credit import Allocation, Exposure
from contracts.fields import Amount, AmountNotNegative, Currency, PositiveAmount
from contracts.personal import IN_CLEAR

from .golden_files import name_of, sample_of

MONEY = (Amount, PositiveAmount, AmountNotNegative)
SAYS_MONEY = ("amount", "price", "cost", "total", "limit", "overdue", "receivable", "security", "allocated")

every_event = pytest.mark.parametrize("event", EVENTS, ids=name_of)


def is_of(hint: Any, kinds: tuple[Any, ...]) -> bool:
    """Whether a type hint is one of the annotated types: itself, with further constraints, or in a union."""
    marks = [get_args(kind)[1] for kind in kinds]
    return any(mark is each for mark in marks for each in get_args(hint)[1:]) or any(
        is_of(each, kinds) for each in get_args(hint)
    )


def parts_of(hint: Any) -> Iterator[type[BaseModel]]:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        yield hint
    for each in get_args(hint):
        yield from parts_of(each)


def without_currency(model: type[BaseModel], where: str = "", in_reach: bool = False) -> Iterator[str]:
    """The amounts of a model without a currency beside them or in an enclosing model."""
    hints = {name: get_type_hints(model, include_extras=True)[name] for name in model.model_fields}
    in_reach = in_reach or any(is_of(hint, (Currency,)) for hint in hints.values())
    for name, hint in hints.items():
        if is_of(hint, MONEY) and not in_reach:
            yield f"{where}{name}"
        for part in parts_of(hint):
            yield from without_currency(part, f"{where}{name}.", in_reach)


@every_event
def test_every_amount_has_its_currency_in_reach(event: type[Event]) -> None:
    assert list(without_currency(event)) == []


def test_an_amount_without_a_currency_is_found_in_a_part_too() -> None:
    assert list(without_currency(Allocation)) == ["amount"]
    assert list(without_currency(Exposure)) == []


@every_event
def test_a_field_with_a_money_name_is_an_amount(event: type[Event]) -> None:
    for model in {event, *parts_below(event)}:
        for name, hint in get_type_hints(model, include_extras=True).items():
            if any(word in name.split("_") for word in SAYS_MONEY) and Decimal in leaves(hint):
                assert is_of(hint, MONEY), f"{model.__name__}.{name} is a number without the rules of money."


def parts_below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for hint in get_type_hints(model, include_extras=True).values():
        for part in parts_of(hint):
            yield part
            yield from parts_below(part)


def leaves(hint: Any) -> set[Any]:
    return {hint}.union(*(leaves(each) for each in get_args(hint) if isinstance(each, type) or get_args(each)))


@every_event
def test_no_number_with_a_fraction_travels_as_a_json_number(event: type[Event]) -> None:
    read = event.model_validate_json(sample_of(event).read_text(encoding="utf-8"))
    fractions: list[str] = []
    json.loads(read.model_dump_json(context=IN_CLEAR), parse_float=fractions.append)
    assert fractions == []


def test_an_amount_keeps_every_digit() -> None:
    text = '{"invoice_id": "I-1", "amount": "12345678901234.500000"}'
    assert Allocation.model_validate_json(text).model_dump_json() == text.replace(": ", ":").replace(", ", ",")
