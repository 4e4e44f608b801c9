"""Who plays in the demo: suppliers with characters, customers with sizes, trends and ways of paying, what they trade.

Characters are tables of twelve months, so that a reader sees the year that a partner will have.
"""

from dataclasses import dataclass
from decimal import Decimal
from itertools import cycle, islice

PLANTS = ("P-SUZHOU", "P-CHENGDU", "P-TIANJIN")
REGIONS = ("EAST", "SOUTH", "NORTH", "WEST", "EXPORT")
SUPPLIERS = 22
CUSTOMERS = 60
CNY_PER_USD = Decimal("7.2")


@dataclass(frozen=True, slots=True)
class Item:
    """Something bought or sold; ``price`` in CNY a unit is the standard price."""

    id: str
    price: Decimal


def _items(prefix: str, *prices: str) -> tuple[Item, ...]:
    return tuple(Item(f"{prefix}-{number:02d}", Decimal(price)) for number, price in enumerate(prices, start=1))


MATERIALS = _items(
    "MAT", "4.20", "12.50", "0.85", "36.00", "7.75", "118.00", "2.40", "64.90", "19.20", "5.10", "250.00", "9.99",
    "42.00", "860.00",
)  # fmt: skip
PRODUCTS = _items("PRD", "45.00", "128.00", "310.00", "88.50", "1250.00", "64.00", "19.90", "540.00")


@dataclass(frozen=True, slots=True)
class Character:
    """A supplier's year: what to expect of it in each calendar month.

    ``points``: nonconformance points per 100 lots received; ``lots``: lots a month; ``late``: share of lots after the
    promised day; ``price``: yearly drift of its price against the standard, 0.05 is 5 % up.
    """

    name: str
    points: tuple[int, ...]
    lots: tuple[int, ...]
    late: float
    price: float


def _all_year(value: int) -> tuple[int, ...]:
    return (value,) * 12


CHARACTERS = (
    Character("excellent", _all_year(1), _all_year(34), late=0.01, price=-0.02),
    Character("steady", _all_year(9), _all_year(28), late=0.05, price=0.0),
    Character("improving", (55, 50, 42, 36, 30, 24, 18, 13, 9, 6, 4, 3), _all_year(28), late=0.12, price=-0.01),
    Character("declining", (2, 3, 4, 7, 10, 14, 19, 24, 30, 38, 46, 55), _all_year(28), late=0.10, price=0.06),
    Character("seasonal", (5, 5, 6, 8, 14, 32, 40, 36, 16, 8, 6, 5), _all_year(26), late=0.08, price=0.01),
    Character("bad", _all_year(48), _all_year(18), late=0.30, price=-0.05),
    Character("ordinary", _all_year(21), _all_year(24), late=0.12, price=0.02),
    Character("occasional", _all_year(12), _all_year(3), late=0.10, price=0.0),
    Character("excellent", _all_year(2), _all_year(20), late=0.02, price=0.03),
    Character("steady", _all_year(11), _all_year(30), late=0.06, price=0.01),
    # Bad enough that the buyers gave up after May: it goes silent while its last grade still stands.
    Character("given up", _all_year(70), (20, 20, 18, 12, 6, 0, 0, 0, 0, 0, 0, 0), late=0.40, price=0.0),
)


@dataclass(frozen=True, slots=True)
class Supplier:
    """``items`` are the materials it supplies."""

    id: str
    character: Character
    items: tuple[Item, ...]

    @property
    def name(self) -> str:
        return f"{self.character.name.capitalize()} supplier {self.id.removeprefix('S-')}"


@dataclass(frozen=True, slots=True)
class Size:
    """``order``: mean order value in CNY; ``orders``: orders a month; ``terms``: credit period in days."""

    name: str
    order: int
    orders: float
    terms: int


@dataclass(frozen=True, slots=True)
class Payer:
    """How a customer pays: between the two of ``days`` after the due date (negative: before), and the shares 0–1 of its
    invoices that it pays in parts, before the invoice, without naming the invoice, or by a cheque that bounces.
    ``stops_in`` is the first month of the year in which it pays nothing any more.
    """

    name: str
    days: tuple[int, int]
    in_parts: float = 0.0
    in_advance: float = 0.0
    unnamed: float = 0.0
    bounces: float = 0.0
    stops_in: int = 13


VERY_LARGE, LARGE = Size("very large", 11_000, 5.0, 30), Size("large", 6_200, 4.5, 45)
MIDDLE, SMALL = Size("middle", 4_200, 3.4, 60), Size("small", 1_300, 2.4, 30)

GOOD, EARLY = Payer("good payer", (-4, 0)), Payer("early payer", (-40, -15))
SLOW, BAD = Payer("slow payer", (3, 26), in_parts=0.1), Payer("bad payer", (20, 75), in_parts=0.3)
IN_PARTS, IN_ADVANCE = (
    Payer("payer in parts", (-5, 6), in_parts=0.8),
    Payer("payer in advance", (-3, 0), in_advance=0.7),
)
UNNAMED = Payer("payer without references", (-5, 4), unnamed=0.6)
CHEQUES = Payer("payer by cheque", (-2, 5), bounces=0.12)
STOPS = Payer("payer until March", (-2, 4), stops_in=4)

TRENDS = {"steady": (1.0, 1.0), "growing": (0.5, 1.9), "fading": (1.7, 0.05)}
"""Trend → factor on the orders a month at the beginning and at the end of the year."""

LEADS: tuple[tuple[Size, str, Payer, str], ...] = (
    (VERY_LARGE, "steady", GOOD, "CNY"),
    (LARGE, "steady", STOPS, "CNY"),
    (VERY_LARGE, "growing", GOOD, "CNY"),
    (MIDDLE, "steady", CHEQUES, "CNY"),
    (MIDDLE, "growing", IN_PARTS, "CNY"),
    (SMALL, "steady", IN_ADVANCE, "CNY"),
    (LARGE, "fading", SLOW, "CNY"),
    (LARGE, "steady", EARLY, "USD"),
    (MIDDLE, "steady", BAD, "CNY"),
    (MIDDLE, "steady", UNNAMED, "USD"),
    (VERY_LARGE, "steady", SLOW, "CNY"),
    (LARGE, "growing", GOOD, "USD"),
)
"""The parts that every demo has, however small: (size, trend, payer, currency)."""

CHORUS_SIZES = (SMALL, MIDDLE, SMALL, LARGE, MIDDLE)
CHORUS_TRENDS = ("steady", "growing", "steady", "fading", "steady", "steady", "growing")
CHORUS_PAYERS = (GOOD, SLOW, GOOD, EARLY, GOOD, BAD, GOOD, SLOW, IN_PARTS, GOOD, UNNAMED)


@dataclass(frozen=True, slots=True)
class Customer:
    id: str
    size: Size
    trend: str
    payer: Payer
    currency: str
    region: str

    @property
    def name(self) -> str:
        return f"{self.size.name.capitalize()} {self.trend} customer {self.id.removeprefix('C-')}, {self.payer.name}"


def suppliers(scale: float) -> list[Supplier]:
    """SUPPLIERS × ``scale`` suppliers, at least one of each character."""
    number = max(len(CHARACTERS), round(SUPPLIERS * scale))
    # The last material comes from the declining supplier alone: a sole source that gets worse.
    shared, sole = MATERIALS[:-1], MATERIALS[-1:]
    return [
        Supplier(
            f"S-{index + 1:03d}",
            character,
            (shared[index % len(shared)], shared[(index * 5 + 3) % len(shared)]) + (sole if index == 3 else ()),
        )
        for index, character in enumerate(islice(cycle(CHARACTERS), number))
    ]


def customers(scale: float) -> list[Customer]:
    """CUSTOMERS × ``scale`` customers, at least the LEADS; the chorus mixes sizes, trends and payers."""
    number = max(len(LEADS), round(CUSTOMERS * scale))
    # Cycles of 5, 7 and 11: no combination comes twice in 385 customers.
    chorus = zip(cycle(CHORUS_SIZES), cycle(CHORUS_TRENDS), cycle(CHORUS_PAYERS), strict=False)
    parts = [*LEADS, *((*part, "CNY") for part in islice(chorus, number - len(LEADS)))]
    return [
        Customer(f"C-{index + 1:03d}", size, trend, payer, currency, REGIONS[index % len(REGIONS)])
        for index, (size, trend, payer, currency) in enumerate(parts)
    ]
