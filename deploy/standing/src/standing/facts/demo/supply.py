"""The supplier side: lots are received, inspected on arrival, and sometimes found wanting only later."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Literal, TypeVar

from contracts import erp
from standing.facts.demo.calendar import date_of, is_working, month_of, sent_at, working
from standing.facts.demo.cast import PLANTS, Item, Supplier
from standing.facts.fact import Fact, fact_of

Choice = TypeVar("Choice")
Stage = Literal["incoming", "in_process", "field"]

SOURCE = "/demo/wms"
QUALITY_SOURCE = "/demo/mes"
WORKING_DAYS_A_MONTH = 22
POINTS_A_DEFECT = 1.55
"""The mean of the severities below (5, 3 and 1 points), less the defects that are not the supplier's."""

SEVERITIES: tuple[tuple[erp.Severity, int], ...] = (("minor", 72), ("major", 22), ("critical", 6))
RESPONSIBILITIES: tuple[tuple[erp.Responsibility, int], ...] = (("supplier", 88), ("own", 6), ("undetermined", 6))
CODES = {
    "minor": ("D-SCRATCH", "D-LABEL", "D-PACKING"),
    "major": ("D-DIMENSION", "D-HARDNESS", "D-COATING"),
    "critical": ("D-CRACK", "D-WRONG-MATERIAL"),
}
CASES: tuple[tuple[erp.CaseKind, int], ...] = (("uncooperative", 80), ("criticism", 15), ("site_criticism", 5))
UNCOOPERATIVE = 0.1
"""The share of late lots over which the supplier does not cooperate either."""
FOUND_LATER = 0.12
"""The share of defects that incoming inspection does not see; of these, IN_THE_FIELD is what customers find."""
IN_THE_FIELD = 0.2


def facts(supplier: Supplier, days: int, seed: str) -> Iterator[Fact]:
    """The year of one supplier; the same arguments give the same facts."""
    random = Random(f"{seed}:{supplier.id}")
    number = 0
    for day in filter(is_working, range(days)):
        # Spread over the month as evenly as whole lots allow, with one draw for the fraction.
        expected = supplier.character.lots[month_of(day)] / WORKING_DAYS_A_MONTH
        for _ in range(int(expected) + (random.random() < expected % 1)):
            number += 1
            yield from _lot(supplier, day, f"{supplier.id.removeprefix('S-')}-{number:04d}", random)


def _lot(supplier: Supplier, day: int, number: str, random: Random) -> Iterator[Fact]:
    character, item, plant = supplier.character, random.choice(supplier.items), random.choice(PLANTS)
    quantity = Decimal(random.randrange(10, 200) * 10)
    days_late = random.randint(1, 9) if random.random() < character.late else -random.randint(0, 3)
    received = erp.GoodsReceived(
        delivery_id=f"DEL-{number}",
        supplier_id=supplier.id,
        item_id=item.id,
        lot_id=f"LOT-{number}",
        quantity=quantity,
        promised_on=date_of(day - days_late),
        received_on=date_of(day),
        unit_price=_price(item, character.price * day / 366, random),
        standard_price=item.price,
        currency="CNY",
        plant_id=plant,
    )
    yield fact_of(received, SOURCE, received.delivery_id, supplier.id, sent_at(day, random))

    if days_late > 0 and random.random() < UNCOOPERATIVE:
        yield _case(received, day, random)
    found: list[erp.Defect] = []
    if random.random() < character.points[month_of(day)] / 100 / POINTS_A_DEFECT:
        found.append(_defect(quantity, random))
    seen_later = bool(found) and random.random() < FOUND_LATER
    yield _inspection(received, "incoming", working(day + random.randint(0, 1)), [] if seen_later else found, random)
    if seen_later and random.random() < IN_THE_FIELD:
        yield _inspection(received, "field", working(day + random.randint(25, 60)), found, random)
    elif seen_later:
        yield _inspection(received, "in_process", working(day + random.randint(4, 20)), found, random)


def _case(lot: erp.GoodsReceived, day: int, random: Random) -> Fact:
    case = erp.SupplierCaseReported(
        case_id=f"CASE-{lot.lot_id.removeprefix('LOT-')}",
        supplier_id=lot.supplier_id,
        kind=_weighted(CASES, random),
        happened_on=date_of(day),
        item_id=lot.item_id,
        plant_id=lot.plant_id,
        note="gave no answer when it was asked where the lot was",
    )
    return fact_of(case, QUALITY_SOURCE, case.case_id, lot.supplier_id, sent_at(day, random))


def _inspection(lot: erp.GoodsReceived, stage: Stage, day: int, defects: list[erp.Defect], random: Random) -> Fact:
    rejected = any(defect.severity != "minor" for defect in defects)
    inspected = erp.InspectionCompleted(
        inspection_id=f"INS-{lot.lot_id.removeprefix('LOT-')}-{stage}",
        supplier_id=lot.supplier_id,
        item_id=lot.item_id,
        lot_id=lot.lot_id,
        stage=stage,
        lot_quantity=lot.quantity,
        result="rejected" if rejected else "concession" if defects else "accepted",
        defects=tuple(defects),
        line_stop_minutes=random.randint(10, 240) if rejected and stage == "in_process" else 0,
        inspected_on=date_of(day),
        plant_id=lot.plant_id,
    )
    return fact_of(inspected, QUALITY_SOURCE, inspected.inspection_id, lot.supplier_id, sent_at(day, random))


def _defect(lot_quantity: Decimal, random: Random) -> erp.Defect:
    severity = _weighted(SEVERITIES, random)
    return erp.Defect(
        code=random.choice(CODES[severity]),
        severity=severity,
        quantity=Decimal(random.randint(1, max(1, int(lot_quantity) // 20))),
        responsibility=_weighted(RESPONSIBILITIES, random),
    )


def _weighted(choices: tuple[tuple[Choice, int], ...], random: Random) -> Choice:
    return random.choices([value for value, _ in choices], [weight for _, weight in choices])[0]


def _price(item: Item, drift: float, random: Random) -> Decimal:
    return (item.price * Decimal(1 + drift + random.uniform(-0.01, 0.01))).quantize(Decimal("0.01"))
