"""A coded unit: shipped for a region, scanned somewhere. Stream ``unit-{unit_code}``.

Rule: scanned elsewhere → suspected; tampered code, below floor price or a repeat within
12 months → malicious; early market and blank area → benign; else natural.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import assert_never

from immutables import Map

from chassis.differences import difference
from chassis.domain import Decider, Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import DiversionKind, DiversionSuspected, UnitScanned, UnitShipped
from contracts.digits import plain
from customer_svc.policies.channel import ChannelPolicy
from customer_svc.sentences import Sentences

# State


@dataclass(frozen=True, slots=True)
class Unit:
    shipped: UnitShipped | None = None
    scans: Map[str, UnitScanned | DiversionSuspected] = field(default_factory=Map)


# Evolve


def evolve(unit: Unit, event: Event) -> Unit:
    match event:
        case UnitShipped():
            return replace(unit, shipped=event)
        case UnitScanned() | DiversionSuspected():
            return replace(unit, scans=unit.scans.set(event.scan_id, event))
    return unit


# Commands


@dataclass(frozen=True, slots=True)
class ShipUnit:
    fact: UnitShipped


@dataclass(frozen=True, slots=True)
class ScanUnit:
    """``repeats`` are the suspicions against the distributor in the policy's months before; ``price`` what it sold for."""

    scan_id: str
    unit_code: str
    region: str
    on: date
    tampered: bool
    price: Decimal | None
    repeats: int


UnitCommand = ShipUnit | ScanUnit


# Decide


class UnitUnknown(Refusal):
    """No shipment of unit {unit_code} is known; send its shipment, then the scan again."""

    status = 404


class UnitDiffers(Refusal):
    """Unit {unit_code} was shipped to {customer_id} for {region} already; it cannot be shipped again with {difference}."""


class ScanDiffers(Refusal):
    """Scan {scan_id} of unit {unit_code} is recorded already; it cannot come again with {difference}.
    Give another scan an id of its own.
    """


def decide(command: UnitCommand, unit: Unit, policies: PolicyBook) -> Sequence[Event]:
    match command:
        case ShipUnit(fact):
            if unit.shipped == fact:
                return []
            if unit.shipped is not None:
                known = unit.shipped
                raise UnitDiffers(
                    unit_code=fact.unit_code,
                    customer_id=known.customer_id,
                    region=known.region,
                    difference=difference(known.model_dump(), fact.model_dump()),
                )
            return [fact]
        case ScanUnit():
            return _scan(command, unit, policies)
        case _:
            assert_never(command)


def _scan(command: ScanUnit, unit: Unit, policies: PolicyBook) -> Sequence[Event]:
    known = unit.scans.get(command.scan_id)
    if known is not None:
        if differs := _difference(known, command):
            raise ScanDiffers(scan_id=command.scan_id, unit_code=command.unit_code, difference=differs)
        return []
    shipped = unit.shipped
    if shipped is None:
        raise UnitUnknown(unit_code=command.unit_code)
    if command.region == shipped.region and not command.tampered:
        return [
            UnitScanned(
                scan_id=command.scan_id,
                unit_code=command.unit_code,
                customer_id=shipped.customer_id,
                region=command.region,
                scanned_on=command.on,
                tampered=command.tampered,
                price=command.price,
                currency=None if command.price is None else shipped.currency,
            )
        ]
    dated = policies.at(ChannelPolicy, command.on)
    kind, because = classify(command, shipped, dated.document)
    return [
        DiversionSuspected(
            scan_id=command.scan_id,
            unit_code=command.unit_code,
            customer_id=shipped.customer_id,
            authorised_region=shipped.region,
            scanned_in=command.region,
            scanned_on=command.on,
            kind=kind,
            because=because,
            region_manager=shipped.region_manager,
            repeats=command.repeats,
            policy_version=dated.version,
            tampered=command.tampered,
            price=command.price,
            currency=None if command.price is None else shipped.currency,
        )
    ]


def _difference(known: UnitScanned | DiversionSuspected, command: ScanUnit) -> str:
    """Older scans do not say whether the code was tampered with, nor at which price the unit was sold."""
    region = known.region if isinstance(known, UnitScanned) else known.scanned_in
    before: dict[str, object] = {"region": region, "day": known.scanned_on}
    now: dict[str, object] = {"region": command.region, "day": command.on}
    if known.tampered is not None:
        before |= {"tampered": known.tampered, "price": known.price}
        now |= {"tampered": command.tampered, "price": command.price}
    return difference(before, now)


def classify(command: ScanUnit, shipped: UnitShipped, policy: ChannelPolicy) -> tuple[DiversionKind, str]:
    """The kind of diversion, and the reason as a sentence; the worst reason counts."""
    if command.tampered:
        return "malicious", Sentences.TAMPERED()
    if shipped.floor_price is not None and command.price is not None and command.price < shipped.floor_price:
        return "malicious", Sentences.BELOW_FLOOR(price=plain(command.price), floor_price=plain(shipped.floor_price))
    if command.repeats:
        return "malicious", Sentences.SUSPECTED_BEFORE(times=command.repeats, months=policy.repeat_months)
    if command.region in policy.blank_regions:
        return "benign", Sentences.BLANK_REGION(region=command.region)
    early = policy.early_until.get(command.region)
    if early is not None and command.on <= early:
        return "benign", Sentences.EARLY_MARKET(region=command.region, day=early)
    return "natural", Sentences.NO_INTENT(authorised_region=shipped.region, region=command.region)


DECIDER = Decider(
    category="unit",
    commands=(ShipUnit, ScanUnit),
    stream_id=lambda command: command.fact.unit_code if isinstance(command, ShipUnit) else command.unit_code,
    initial=Unit(),
    evolve=evolve,
    decide=decide,
)
