"""Numbers that agree: none stands for several kinds of certificate, none for two suppliers, and a code ends with the right character."""

from datetime import date

import hypothesis
import pytest
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.handling.claims import ClaimBook, KnownOfAnother
from contracts.supplier import (
    CertificateExpired,
    CertificateRecorded,
    FileReviewed,
    OnboardingFile,
    SupplierApproved,
)
from supplier_svc.policies.qualification import ALL_CLAUSES, THREE_LICENCES
from supplier_svc.requests.certificates import CertificateBody
from supplier_svc.requests.submissions import SubmittedCertificateBody
from supplier_svc.service import SERVICE
from supplier_svc.supplier.certificates import (
    NotInACode,
    NotThatLong,
    RecordCertificate,
    RemindOfCertificate,
    WrongCheckCharacter,
)
from supplier_svc.supplier.contracts import SignContract
from supplier_svc.supplier.onboarding import RegisterSupplier, ReviewFile
from supplier_svc.supplier.qualification import ApproveSupplier, NotYetApprovable, PassGate
from supplier_svc.supplier.rules.numbers import NumberElsewhere
from supplier_svc.supplier.rules.social_credit_code import CHARACTERS, LENGTH, check_character, stranger_in
from supplier_svc.supplier.state.qualification import GATES
from supplier_svc.testing import SURVEY, supplier

DAY = date(2025, 2, 1)
END = date(2030, 12, 31)
CODE = "91350100M000100Y43"
REVIEW = ReviewFile("S-1", DAY, "li.na")
APPROVE = ApproveSupplier("S-1", DAY, "chen", "all gates passed")


def certificate(kind, number, certificate_id=None, until=END) -> RecordCertificate:
    return RecordCertificate("S-1", certificate_id or kind, kind, number, "Reddoit", None, until)


def licences(*numbers) -> list[RecordCertificate]:
    """The three licences, each with its number."""
    return [certificate(kind, number) for kind, number in zip(THREE_LICENCES, numbers, strict=True)]


def passed(*certificates):
    """A supplier with these certificates that has passed its gates and signed its contracts."""
    gates = [PassGate("S-1", gate, DAY, "zhao.lei", ("report of the visit",), SURVEY) for gate in GATES]
    contracts = [
        SignContract("S-1", kind, kind, ALL_CLAUSES, DAY, END)
        for kind in ("supply", "quality_assurance", "after_sales")
    ]
    return supplier().when(
        RegisterSupplier("S-1", OnboardingFile(name="Reddoit"), DAY), *certificates, *gates, *contracts
    )


def test_three_of_one_number_make_the_file_not_acceptable_and_prevent_the_approval():
    known = passed(*licences("9131", "9131", "9131")).when(REVIEW)
    finding = (
        "9131 stands for business licence, organisation code, tax registration; "
        "only a unified social credit code stands for all three."
    )
    assert (known.one(FileReviewed).acceptable, known.one(FileReviewed).findings) == (False, (finding,))
    known.when(APPROVE).then_refused(NotYetApprovable, finding)


def test_three_numbers_of_three_certificates_are_no_finding():
    assert passed(*licences("9131", "9132", "9133")).when(REVIEW).one(FileReviewed).acceptable


def test_a_number_of_several_kinds_is_right_once_it_is_on_file_as_a_unified_code():
    unified = certificate("unified_social_credit_code", CODE)
    assert passed(*licences(CODE, CODE, CODE), unified).when(REVIEW).one(FileReviewed).acceptable


def test_a_certificate_that_is_out_of_date_makes_no_number_ambiguous():
    old = certificate("business_licence", "9132", "old", until=date(2025, 1, 31))
    assert passed(*licences("9131", "9132", "9133"), old).when(REVIEW).one(FileReviewed).acceptable


def test_uscc_with_the_right_check_character_is_accepted_and_with_another_refused_with_the_right_one():
    supplier().when(certificate("unified_social_credit_code", CODE)).then(CertificateRecorded)
    wrong = supplier().when(certificate("unified_social_credit_code", "91350100M000100Y44"))
    wrong.then_refused(WrongCheckCharacter, "its last character should be 3.")
    assert WrongCheckCharacter.status == 422


@pytest.mark.parametrize(("number", "count"), [("9131", 4), (CODE + "3", 19), (CODE[:-1] + "OO", 19)])
def test_a_code_of_another_length_is_refused_with_how_long_it_is(number, count):
    refused = supplier().when(certificate("unified_social_credit_code", number))
    refused.then_refused(NotThatLong, f"{number} has {count} characters; a unified social credit code has 18.")


@pytest.mark.parametrize(
    ("number", "character"), [(CODE.lower(), "m"), (CODE.replace("Y", "I"), "I"), (CODE.replace("M", "Z"), "Z")]
)
def test_the_first_character_that_no_code_has_is_named(number, character):
    refused = supplier().when(certificate("unified_social_credit_code", number))
    refused.then_refused(NotInACode, f"{character} cannot stand in a unified social credit code.")


def test_blanks_around_a_number_are_none_of_it_whoever_sends_it():
    own = {"kind": "unified_social_credit_code", "number": f" {CODE}\t", "valid_to": END}
    assert CertificateBody.model_validate({"certificate_id": "uscc", **own}).number == CODE
    assert SubmittedCertificateBody.model_validate(own).number == CODE
    with pytest.raises(ValidationError):
        SubmittedCertificateBody.model_validate({**own, "number": "  "})


def test_a_code_on_file_from_before_it_was_checked_may_come_again_as_it_is():
    recorded = CertificateRecorded(
        supplier_id="S-1", certificate_id="uscc", kind="unified_social_credit_code", number="9131", holder="Reddoit",
        valid_to=END, remind_first_on=END, remind_last_on=END,
    )  # fmt: skip
    supplier(recorded).when(certificate("unified_social_credit_code", "9131", "uscc")).then()


def test_number_of_another_is_a_finding_of_both_and_neither_is_approved():
    other = (NumberElsewhere("9131", "S-2"),)
    known = passed(*licences("9131", "9132", "9133")).when(ReviewFile("S-1", DAY, "li.na", elsewhere=other))
    assert known.one(FileReviewed).findings == ("9131 is also on file of S-2.",)
    refused = known.when(ApproveSupplier("S-1", DAY, "chen", "all gates passed", other))
    refused.then_refused(NotYetApprovable, "9131 is also on file of S-2.")


def test_number_of_another_that_this_supplier_has_no_longer_in_force_is_no_finding():
    old = certificate("business_licence", "9130", "old", until=date(2025, 1, 31))
    known = passed(*licences("9131", "9132", "9133"), old)
    elsewhere = (NumberElsewhere("9130", "S-2"),)
    assert known.when(ReviewFile("S-1", DAY, "li.na", elsewhere=elsewhere)).one(FileReviewed).acceptable


def test_of_two_approved_at_the_same_instant_with_one_number_only_one_passes():
    approved = passed(*licences("9131", "9132", "9133")).when(REVIEW).when(APPROVE).one(SupplierApproved)
    assert approved.registration_numbers == ("9131", "9132", "9133")
    batch = ClaimBook(SERVICE, {})
    batch.note("supplier-S-1", [approved], ["1"])
    with pytest.raises(KnownOfAnother, match="Registration number 9131 is known of supplier S-1, so it is none of S-2"):
        batch.note("supplier-S-2", [approved.model_copy(update={"supplier_id": "S-2"})], ["2"])


@pytest.mark.parametrize("how", ["corrected", "out of date"])
def test_a_number_that_is_not_in_force_any_more_may_become_another_suppliers(how):
    known = passed(*licences("9131", "9132", "9133")).when(REVIEW).when(APPROVE)
    approved = known.one(SupplierApproved)
    if how == "corrected":
        freed = known.when(certificate("business_licence", "9139")).one(CertificateRecorded)
        assert freed.number_given_up == "9131"
    else:
        reminder = RemindOfCertificate("S-1", "business_licence", END, date(2031, 1, 1))
        freed = known.when(reminder).one(CertificateExpired)
    batch = ClaimBook(SERVICE, {})
    batch.note("supplier-S-1", [approved, freed], ["1", "2"])
    other = approved.model_copy(update={"supplier_id": "S-2", "registration_numbers": ("9131",)})
    batch.note("supplier-S-2", [other], ["3"])


def test_a_number_that_another_certificate_of_the_supplier_has_is_not_given_up():
    known = passed(certificate("unified_social_credit_code", CODE), *licences(CODE, "9132", "9133"))
    assert known.when(certificate("business_licence", "9139")).one(CertificateRecorded).number_given_up is None


@hypothesis.given(st.text(CHARACTERS, min_size=LENGTH - 1, max_size=LENGTH - 1), st.data())
def test_one_wrong_character_or_two_exchanged_neighbours_never_pass(first, data):
    code = first + check_character(first)
    assert stranger_in(code) is None
    place = data.draw(st.integers(0, LENGTH - 2))
    other = data.draw(st.sampled_from([each for each in CHARACTERS if each != code[place]]))
    miswritten = code[:place] + other + code[place + 1 :]
    assert check_character(miswritten) != miswritten[-1]
    if place < LENGTH - 2 and code[place] != code[place + 1]:
        exchanged = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert check_character(exchanged) != exchanged[-1]
