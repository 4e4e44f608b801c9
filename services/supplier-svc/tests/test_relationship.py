"""The mode in which one works with a supplier, and the policy that says when it is which."""

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from supplier_svc.policies.relationship import SupplierRelationship
from supplier_svc.reports.relationship import relationship
from supplier_svc.testing import book

TODAY = date(2024, 6, 1)
HALF = {"share_percent": Decimal(50), "sources_counted": 2}
YEAR = {"starts_on": "2024-01-01", "ends_on": "2024-12-31", "information_exchanged": []}


def answer(shares, contracts=(), rules: SupplierRelationship | None = None):
    policies = book(rules) if rules else book()
    return relationship("S-1", shares, contracts, TODAY, policies.at(SupplierRelationship, TODAY))


def test_few_sources_large_shares_and_a_contract_of_a_year_are_a_partnership():
    found = answer([HALF], [YEAR])
    assert (found.mode, found.signs) == ("partnership", ["few sources", "long contracts", "large shares"])
    assert found.policy_version == 1


def test_two_signs_are_mixed_and_none_is_competition():
    assert answer([HALF]).mode == "mixed"
    assert answer([{"share_percent": Decimal(20), "sources_counted": 5}]).mode == "competition"


def test_limits_of_ones_own_change_the_mode():
    stricter = SupplierRelationship(
        few_sources_at_most=Decimal(1), long_contract_months=24, large_share_percent=Decimal(60)
    )
    assert answer([HALF], [YEAR], stricter).mode == "competition"
    assert answer([HALF], [YEAR], SupplierRelationship(partnership_signs=4)).mode == "mixed"


def test_a_mixed_relationship_that_needs_more_signs_than_a_partnership_is_refused():
    with pytest.raises(ValidationError, match="must not need more signs than a partnership"):
        SupplierRelationship(partnership_signs=2, mixed_signs=3)
