"""A grade without its explanation."""

from decimal import Decimal
from typing import Literal, NamedTuple, Protocol

from contracts.supplier import SupplierGrade

Basis = Literal["points_per_100_lots", "absolute_points", "composite", "fuzzy"]


class Result(Protocol):
    """A grade as far as other periods and other suppliers are compared with it; a Grading is one, with what explains it."""

    @property
    def grade(self) -> SupplierGrade: ...
    @property
    def score(self) -> Decimal: ...
    @property
    def basis(self) -> Basis: ...
    @property
    def scheme(self) -> str: ...


class Plain(NamedTuple):
    """A result and nothing else: worked out in a tenth of the time that its explanation takes."""

    grade: SupplierGrade
    score: Decimal
    basis: Basis
    scheme: str
