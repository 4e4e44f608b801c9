"""Claims for nonconformances that the supplier answers for."""

from datetime import date
from decimal import Decimal

from contracts.supplier import (
    ClaimRaised,
    ClaimSettled,
)
from supplier_svc.policies.incentives import SupplierIncentives
from supplier_svc.supplier.claims import (
    ClaimUnknown,
    MoreThanClaimed,
    NothingToClaimFor,
    NotTheSuppliers,
    RaiseClaim,
    SettleClaim,
)
from supplier_svc.supplier.objections import (
    DecideObjection,
    RaiseObjection,
)
from supplier_svc.testing import inspection, supplier

DAY = date(2024, 6, 5)

CRITICAL = inspection("I-1", "critical")


def claim(nonconformance: str = "I-1:1", amount: str = "500") -> RaiseClaim:
    return RaiseClaim("S-1", "CL-9", nonconformance, Decimal(amount), "CNY", "sorting", DAY)


def test_a_claim_for_a_nonconformance_is_settled_with_what_is_paid():
    known = supplier().when(CRITICAL).when(claim()).then(ClaimRaised)
    settled = known.when(SettleClaim("S-1", "CL-9", Decimal(300), "half an hour less", DAY)).one(ClaimSettled)
    assert (settled.outcome, settled.amount, settled.currency) == ("reduced", 300, "CNY")
    known.when(claim()).then()
    known.when(SettleClaim("S-1", "CL-9", Decimal(900), "more", DAY)).then_refused(MoreThanClaimed, "for 500.00 CNY")
    known.when(SettleClaim("S-1", "CL-8", Decimal(9), "what", DAY)).then_refused(ClaimUnknown, "no open claim CL-8")


def test_nothing_is_claimed_for_what_the_supplier_does_not_answer_for():
    known = supplier().when(inspection("I-1", "critical undetermined"))
    known.when(claim()).then_refused(NotTheSuppliers, "(undetermined)")
    known.when(claim("I-8:1")).then_refused(NothingToClaimFor, "no nonconformance I-8:1")


def test_the_policys_claim_is_raised_with_the_record_and_falls_with_the_responsibility():
    policy = SupplierIncentives(claim_percents=None, claim_critical=Decimal(1000), currency="EUR")
    known = supplier(under=(policy,)).when(CRITICAL)
    assert (known.one(ClaimRaised).amount, known.one(ClaimRaised).currency) == (1000, "EUR")
    objection = RaiseObjection("S-1", "OB-1", "nonconformance", "I-1:1", "not ours", (), DAY)
    upheld = known.when(objection, DecideObjection("S-1", "OB-1", "upheld", "true", "li", DAY))
    assert upheld.one(ClaimSettled).outcome == "withdrawn"
