"""How a step reaches a debtor: the first of its ways that leads there, and nobody travels far. Pure.

Source: the rules page, "Ways of reaching the debtor, and its place": phone, fax, letter, electronic ones preferred; no visits to
distant debtors; managers visit large, long-standing ones.
"""

from collections.abc import Collection
from typing import NamedTuple

from contracts.credit import CollectionStep, ContactWay, DebtorPlaceNoted, Strategy
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.policies.reaching import OTHERS, Office
from credit_svc.sentences import Sentences


class Reach(NamedTuple):
    """``way`` None: none of the step's ways has an address, and the collector finds one."""

    way: ContactWay | None
    because: str = ""


def place_of(
    customer_id: str, province: str | None, city: str | None, ways: Collection[ContactWay], policy: CollectionPolicy
) -> DebtorPlaceNoted:
    """Where a customer is, judged by the offices of the policy; without offices nobody is distant."""
    where, offices = city or province, policy.offices
    is_distant, because = False, Sentences.NO_OFFICES()
    if offices and where is None:
        is_distant, because = True, Sentences.PLACE_UNKNOWN(customer_id=customer_id)
    elif offices:
        near = next((each for each in offices if _is_near(each, province, city, policy)), None)
        is_distant = near is None
        because = Sentences.NO_OFFICE_NEAR(place=where) if near is None else Sentences.OFFICE_NEAR(city=near.city)
    return DebtorPlaceNoted(
        customer_id=customer_id, province=province, city=city, is_distant=is_distant, because=because, ways=tuple(ways)
    )


def way_of(step: CollectionStep, strategy: Strategy, place: DebtorPlaceNoted, policy: CollectionPolicy) -> Reach:
    """The way of a step. A letter has an address where the city is known; text messages and faxes have none in a customer's file."""
    ways = policy.ways_of_step.get(step, OTHERS)
    for way in ways:
        if way == "visit" and place.is_distant:
            return Reach("phone", _why_no_visit(place))
        if way == "visit":
            return Reach("visit", Sentences.MANAGER_VISITS() if strategy == "large" else "")
        if way in place.ways or (way == "letter" and place.city is not None):
            passed_over = ways[: ways.index(way)]
            return Reach(way, Sentences.NO_ADDRESS_FOR_WAYS(ways=", ".join(passed_over)) if passed_over else "")
    return Reach(None, Sentences.NO_ADDRESS_AT_ALL(ways=", ".join(ways)))


def _why_no_visit(place: DebtorPlaceNoted) -> str:
    where = place.city or place.province
    if where is None:
        return Sentences.UNKNOWN_IS_CALLED(customer_id=place.customer_id)
    return Sentences.DISTANT_IS_CALLED(place=where)


def _is_near(office: Office, province: str | None, city: str | None, policy: CollectionPolicy) -> bool:
    """Of a place known by its city alone, the city is compared."""
    same_city = _same(office.city, city) and (province is None or _same(office.province, province))
    return same_city if policy.near_is == "city" or province is None else _same(office.province, province)


def _same(one: str, other: str | None) -> bool:
    return other is not None and one.casefold() == other.casefold()
