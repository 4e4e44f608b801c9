"""Splitting by quota: an order is not cut into pieces that are too small to make."""

from decimal import Decimal

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from supplier_svc.items.rules.quota import NoSourceForOrders, NoSourceOfItem, QuotaOfAnother, split_by_quota
from supplier_svc.items.rules.splits import split
from supplier_svc.reports.splits import check_sources, quotas_of
from supplier_svc.requests.items import SplitBody

D = Decimal
QUOTAS = {"A": D(40), "B": D(30), "C": D(20), "D": D(10)}


def parts(quantity: object, quotas: dict[str, Decimal] = QUOTAS, least: object = 400, **given: object) -> str:
    found = split_by_quota(D(str(quantity)), quotas, D(str(least)), **given)
    return "/".join(f"{part:f}" for part in found.quantities.values())


def test_sap_quota_the_rest_below_the_minimum_goes_whole_to_the_smallest_quota():
    assert parts(1000) == "400/300/0/300"


def test_history_decides_which_source_gets_the_rest():
    assert parts(1000, allocated={"C": D(0), "D": D(50)}) == "400/300/300/0"


def test_below_minimum_from_the_start_goes_whole_to_the_largest_quota():
    assert parts(300) == "300/0/0/0"


def test_whole_lots_stays_as_it_was():
    found = split(D(1000), QUOTAS, min_lot=D(400))
    assert list(found.quantities.values()) == [400, 400, 0, 200]


def test_a_small_order_goes_to_the_source_that_got_least_for_its_quota():
    assert parts(300, allocated={"A": D(400), "B": D(290), "C": D(200), "D": D(100)}) == "0/300/0/0"


def test_equal_quotas_are_served_by_id_and_parts_are_rounded_half_up():
    thirds = {"c": D(1), "a": D(1), "b": D(1)}
    assert split_by_quota(D(100), thirds, D(1)).quantities == {"c": 33, "a": 33, "b": 34}
    assert split_by_quota(D(5), {"a": D(1), "b": D(1)}, D(1)).quantities == {"a": 3, "b": 2}
    assert split_by_quota(D(5), {"a": D(1), "b": D(1)}, D(1), decimals=1).quantities == {"a": D("2.5"), "b": D("2.5")}


def test_what_a_maximum_cuts_off_is_split_among_the_next_sources():
    assert parts(1000, least=100, maxima={"A": D(100)}) == "100/450/300/150"


def test_a_rest_goes_to_whoever_has_room_for_all_of_it():
    assert parts(1000, maxima={"D": D(50)}) == "400/300/300/0"
    assert parts(1000, least=100, maxima={"D": D(50)}) == "450/300/200/50"


def test_what_no_maximum_has_room_for_is_unplaced():
    found = split_by_quota(D(1000), QUOTAS, D(400), maxima=dict.fromkeys(QUOTAS, D(200)))
    assert (list(found.quantities.values()), found.unplaced) == ([200] * 4, 200)


QUANTITY = st.decimals(min_value=0, max_value=100_000, places=3)
SOURCES = st.dictionaries(st.sampled_from("ABCDEF"), QUANTITY, min_size=1)


@for_all(QUANTITY, SOURCES, QUANTITY, SOURCES, SOURCES, st.integers(0, 6))
def test_the_parts_and_what_is_unplaced_make_the_quantity_exactly(quantity, quotas, least, allocated, maxima, decimals):
    """And something is left only where every source is at its maximum."""
    found = split_by_quota(quantity, quotas, least + D("0.001"), allocated, maxima, decimals)
    assert sum(found.quantities.values()) + found.unplaced == quantity
    assert all(0 <= part <= maxima.get(name, quantity) for name, part in found.quantities.items())
    assert all(found.quantities[name] == 0 for name, quota in quotas.items() if quota == 0)
    if found.unplaced:
        wanted = [name for name, quota in quotas.items() if quota]
        assert all(found.quantities[name] == maxima.get(name) for name in wanted)


@for_all(QUANTITY, SOURCES, QUANTITY)
def test_without_maxima_everything_is_placed_and_little_goes_to_one(quantity, quotas, least):
    least += D("0.001")
    found = split_by_quota(quantity, quotas, least, decimals=3)
    if any(quotas.values()):
        assert found.unplaced == 0
    if quantity < least:
        assert sum(part > 0 for part in found.quantities.values()) <= 1


def test_quotas_are_for_sources_that_may_get_orders():
    shares = {"A": D(70), "B": D(30), "C": D(0)}
    assert quotas_of("bolt", shares, None) == shares
    assert quotas_of("bolt", shares, {"B": D(1)}) == {"A": 0, "B": 1, "C": 0}
    with pytest.raises(QuotaOfAnother, match=r"C may not get orders of item bolt; quotas are for A, B\."):
        quotas_of("bolt", shares, {"C": D(1)})
    with pytest.raises(NoSourceForOrders, match=r"No source of item bolt may get orders\."):
        quotas_of("bolt", {"C": D(0)}, None)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"min_quantity": "1"}, "method whole_lots does not use min_quantity"),
        ({"method": "quota", "min_lot": "1"}, "method quota does not use min_lot"),
    ],
)
def test_what_is_of_the_other_method_is_refused(body, sentence):
    with pytest.raises(ValidationError, match=sentence):
        SplitBody.model_validate({"quantity": "10", **body}, strict=False)


def test_a_maximum_or_what_was_allocated_so_far_is_of_a_source_of_the_item():
    shares = {"A": D(70), "B": D(30), "C": D(0)}
    check_sources("bolt", shares, maxima={"A": D(5)}, allocated={"C": D(1)})
    with pytest.raises(NoSourceOfItem, match=r"a is no source of item bolt; maxima are for A, B, C\."):
        check_sources("bolt", shares, maxima={"a": D(5)})
    with pytest.raises(NoSourceOfItem, match=r"S-9 is no source of item bolt; allocated are for A, B, C\."):
        check_sources("bolt", shares, maxima={"A": D(5)}, allocated={"S-9": D(1)})


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"quantity": "10.5"}, r"the quantity, 10\.5, has more decimals than the 0 of the parts"),
        ({"quantity": "10.55", "decimals": 1}, r"the quantity, 10\.55, has more decimals than the 1 of the parts"),
        ({"quantity": "10", "maxima": {"A": "2.5"}}, r"the maximum of A, 2\.5, has more decimals than the 0 of the"),
    ],
)
def test_a_quantity_with_more_decimals_than_its_parts_is_refused(body, sentence):
    with pytest.raises(ValidationError, match=sentence):
        SplitBody.model_validate({"method": "quota", "min_quantity": "1", **body}, strict=False)


@pytest.mark.parametrize("body", [{"quantity": "10.50", "decimals": 1}, {"quantity": "10.000"}])
def test_zeros_at_the_end_are_no_decimals(body):
    assert SplitBody.model_validate({"method": "quota", "min_quantity": "1", **body}, strict=False)
