"""What spans are made of: a sort, which many share, and what each has of its own."""

from functools import lru_cache

from opentelemetry.trace import SpanKind

Value = str | int | bool
Attributes = dict[str, Value]
Place = tuple[str, str, str | None, str | None]
"""Trace id, span id and the parent's span id in hex, and the state of the trace."""


class Sort:
    """What all spans of one sort have in common; ``encoded`` is filled when the first of them is."""

    __slots__ = ("attributes", "encoded", "kind", "name")

    def __init__(self, name: str, kind: SpanKind, attributes: Attributes) -> None:
        self.name = name
        self.kind = kind
        self.attributes = attributes
        self.encoded = b""

    @staticmethod
    @lru_cache(maxsize=4096)
    def of(name: str, kind: SpanKind = SpanKind.INTERNAL, **attributes: Value) -> "Sort":
        """The sort with this name, kind and attributes."""
        return Sort(name, kind, attributes)
