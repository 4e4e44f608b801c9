"""The difference between a known fact and one that comes again, in words."""

from decimal import Decimal

from chassis.differences import SHOWN, difference


def test_a_difference_names_each_field_with_what_is_given_and_what_is_known() -> None:
    known = {"total": Decimal(100), "region": "SP", "day": None}
    given = {"total": Decimal("1E+2"), "region": "RJ", "day": "2024-01-02"}
    assert difference(known, given) == "region RJ instead of SP, day 2024-01-02 instead of none"


def test_equal_facts_have_no_difference_and_numbers_are_in_plain_notation() -> None:
    assert difference({"total": Decimal("20000")}, {"total": Decimal("2E+4")}) == ""
    assert difference({"total": Decimal("2E+4")}, {"total": Decimal(3)}) == "total 3 instead of 20000"


def test_a_long_difference_is_cut_and_counted() -> None:
    known: dict[str, object] = {f"line {n}": "1 x I" for n in range(SHOWN + 7)}
    assert difference(known, {}).endswith("line 4 none instead of 1 x I, and 7 more")
    assert len(difference({"text": "a" * 3_000}, {"text": "b" * 3_000})) < 200


def test_a_field_that_only_one_of_them_has_is_a_difference() -> None:
    assert difference({}, {"region": "SP"}) == "region SP instead of none"
