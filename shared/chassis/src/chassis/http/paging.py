"""Cursor paging: ``limit`` and ``after``; the cursor is the key of the last row of the previous page."""

import base64
import dataclasses
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, ClassVar, Generic, TypeVar

import orjson
from fastapi import Depends, Query
from pydantic import GetJsonSchemaHandler, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from sqlalchemy import ColumnElement, Select

from chassis.http.problems import Problem
from chassis.http.shapes import shape_of
from chassis.http.sorting import Columns, Order, order_of
from contracts.figures import PlainModel

R = TypeVar("R")

NOT_OURS = "The cursor in 'after' is not one that this list returned, in this order."


class Page(PlainModel, Generic[R]):
    """One page of a list; ``next`` is the cursor for ``after``, None on the last page.

    ``Page[Row]`` documents the columns of the items.
    """

    items: list[dict[str, Any]]
    next: str | None = None

    SHAPE: ClassVar[Any] = None

    def __class_getitem__(cls, row: Any) -> Any:
        """A model of its own for each row, with a name that clients can be generated from."""
        if row is Any or isinstance(row, TypeVar):
            return cls
        return page_of(row)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        document = handler(schema)
        if cls.SHAPE is not None:
            row, left_out, fields = cls.SHAPE
            shape = shape_of(row, left_out=left_out, **dict(fields))
            handler.resolve_ref_schema(document)["properties"]["items"]["items"] = shape
        return document


@cache
def page_of(row: Any, *left_out: str, name: str = "", **fields: Any) -> Any:
    """``Page[Row]``, of a list that does without some columns or has more: ``response_model=page_of(order.Row, "lines")``.

    ``name`` is that of the model, where another list has the row's.
    """
    content = {
        "SHAPE": (row, left_out, tuple(fields.items())), "__module__": Page.__module__, "__doc__": Page.__doc__,
    }  # fmt: skip
    return type(name or _name_of(row), (Page,), content)


def _name_of(row: Any) -> str:
    """``open_item.Row`` → ``OpenItemPage``, ``jar.JarRow`` → ``JarPage``."""
    name = str(row.__name__).removesuffix("Row").removesuffix("Answer")
    module = str(row.__module__).rsplit(".", 1)[-1]
    return f"{name or module.title().replace('_', '')}Page"


@dataclasses.dataclass(frozen=True)
class PageRequest:
    limit: int
    after: str | None

    def of(self, query: Select[Any], order: Order | Columns) -> Select[Any]:
        """The query for this page: rows after the cursor, ordered by the (together unique) columns, one more than the limit."""
        order = order_of(order)
        if self.after is not None:
            query = query.where(order.after(_read_cursor(self.after, order)))
        return query.order_by(*order.by()).limit(self.limit + 1)

    def cut(self, items: list[dict[str, Any]], order: Order | Columns) -> Page[Any]:
        """The page of the rows that the query of ``of`` returned."""
        shown = items[: self.limit]
        last = shown[-1] if len(items) > self.limit else None
        return Page(items=shown, next=_write_cursor(last, order_of(order)) if last else None)

    def part_of(self, whole: Sequence[Any]) -> Page[Any]:
        """The page of a list that was worked out whole: a report's lines, a few versions. The cursor counts the items before."""
        begin = 0 if self.after is None else _count_in(self.after)
        end = begin + self.limit
        items = [each if isinstance(each, dict) else each.model_dump() for each in whole[begin:end]]
        return Page(items=items, next=_encoded([end]) if end < len(whole) else None)


def _count_in(cursor: str) -> int:
    match _decoded(cursor):
        case [int(count)] if 0 < count < 2**31:
            return count
        case _:
            raise Problem(400, "bad-cursor", NOT_OURS)


def _encoded(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(values), default=str)).decode().rstrip("=")


def _decoded(cursor: str) -> Any:
    try:
        return orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise Problem(400, "bad-cursor", NOT_OURS) from error


def _write_cursor(last: dict[str, Any], order: Order) -> str:
    """The values of the last row by which the list is ordered; before them the name of the order that was chosen, if one was."""
    named = [order.name] if order.name else []
    return _encoded([*named, *(last[column.key or ""] for column in order.columns)])


def _read_cursor(cursor: str, order: Order) -> list[Any]:
    raw = _decoded(cursor)
    try:
        if order.name and raw[:1] != [order.name]:
            raise ValueError("It is of a list in another order.")
        values = raw[1:] if order.name else raw
        return [_as_type(value, column) for value, column in zip(values, order.columns, strict=True)]
    except (ValueError, TypeError) as error:
        raise Problem(400, "bad-cursor", NOT_OURS) from error


def _as_type(value: Any, column: ColumnElement[Any]) -> Any:
    if value is None and getattr(column, "nullable", True):
        return None
    wanted = column.type.python_type
    if (isinstance(value, str) and "\x00" in value) or (isinstance(value, int) and abs(value) >= 2**63):
        raise ValueError("No column can hold this value.")
    return TypeAdapter(wanted).validate_python(value) if wanted in (date, datetime, Decimal, int, str, bool) else value


async def _page_request(
    limit: Annotated[int, Query(ge=1, le=500, description="rows in a page")] = 50,
    after: Annotated[str | None, Query(max_length=2000, description="cursor: the 'next' of the previous page")] = None,
) -> PageRequest:
    return PageRequest(limit, after)


Paging = Annotated[PageRequest, Depends(_page_request)]
