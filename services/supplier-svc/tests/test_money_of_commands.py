"""The money that people name: in the decimals of its currency, never below zero, and of kinds that are money."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from contracts import erp
from contracts.supplier import SupplierNoteIssued
from supplier_svc.requests.claims import ClaimBody
from supplier_svc.requests.contracts import ContractBody
from supplier_svc.requests.incentives import PenaltyBody, RewardBody
from supplier_svc.requests.onboarding import RegistrationBody
from supplier_svc.supplier.claim_answers import AcceptClaim
from supplier_svc.supplier.claims import SettleClaim, SettledInFractions
from supplier_svc.supplier.notes import ClearingInFractions, ClearNote
from supplier_svc.testing import delivery, inspection, supplier

D = Decimal
DAY = date(2024, 5, 13)
CLAIMED = supplier().when(delivery("D-1", unit_price=D(900)), inspection("I-1", "critical", lot_id="L-D-1"))
CLAIM = {
    "claim_id": "CL-1", "nonconformance_id": "I-1:1", "because": "sorting", "raised_on": "2024-05-13", "currency": "CNY",
}  # fmt: skip
REWARD = {"reward_id": "RW-1", "kind": "money", "because": "a good year", "granted_on": "2024-05-13", "currency": "CNY"}
PENALTY = {"penalty_id": "PN-1", "because": "late again", "charged_on": "2024-05-13", "currency": "CNY"}
CONTRACT = {
    "contract_id": "K-1", "kind": "supply", "clauses": (), "starts_on": "2024-07-01", "ends_on": "2025-06-30",
    "currency": "CNY",
}  # fmt: skip


def registration(**file: Any) -> dict[str, Any]:
    return {"supplier_id": "S-1", "registered_on": "2024-05-13", "file": {"name": "Reddoit", **file}}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (ClaimBody, {**CLAIM, "amount": D("0.001")}),
        (RewardBody, {**REWARD, "amount": D("0.001")}),
        (PenaltyBody, {**PENALTY, "kind": "money", "amount": D("0.001")}),
        (ContractBody, {**CONTRACT, "amount": D("0.001")}),
        (RegistrationBody, registration(credit_limit=D("0.001"), currency="CNY")),
        (RegistrationBody, registration(registered_capital=D("0.001"), currency="CNY")),
    ],
)
def test_an_amount_in_fractions_of_the_smallest_coin_is_refused(body: Any, fields: dict[str, Any]):
    with pytest.raises(ValidationError, match=r"0\.001 CNY cannot be paid: CNY has 2 places after the point"):
        body.model_validate(fields, strict=False)


def test_an_amount_in_the_decimals_of_its_currency_is_taken_also_with_zeros_behind_them():
    assert ClaimBody.model_validate({**CLAIM, "amount": D("0.0100")}, strict=False).amount == D("0.01")
    assert ClaimBody.model_validate({**CLAIM, "amount": D("0.001"), "currency": "KWD"}, strict=False).amount == D(
        "0.001"
    )
    with pytest.raises(ValidationError, match=r"1\.5 JPY cannot be paid: JPY has 0 places"):
        ClaimBody.model_validate({**CLAIM, "amount": D("1.5"), "currency": "JPY"}, strict=False)


def test_a_claim_is_neither_settled_nor_a_note_cleared_with_fractions_of_a_cent():
    settled = CLAIMED.when(SettleClaim("S-1", "CL-I-1:1", D("0.004"), "agreed", date(2024, 6, 1)))
    settled.then_refused(SettledInFractions, "0.004 EUR cannot be paid: EUR has 2 places after the point.")
    accepted = CLAIMED.when(AcceptClaim("S-1", "CL-I-1:1", date(2024, 6, 1)))
    clearing = erp.SupplierNoteCleared(
        note_id=accepted.one(SupplierNoteIssued).note_id, supplier_id="S-1", cleared_on=DAY, amount=D("0.004"),
        currency="EUR", how="offset",
    )  # fmt: skip
    accepted.when(ClearNote(clearing, told_on=DAY)).then_refused(ClearingInFractions, "0.004 EUR cannot be paid")


@pytest.mark.parametrize(
    ("body", "fields", "words"),
    [
        (RewardBody, {**REWARD, "kind": "larger_share"}, "a larger share is no money"),
        (PenaltyBody, {**PENALTY, "kind": "smaller_share"}, "a smaller share is no money"),
        (PenaltyBody, {**PENALTY, "kind": "orders_stopped"}, "stopped orders are no money"),
    ],
)
def test_a_reward_or_penalty_in_orders_pays_nothing(body: Any, fields: dict[str, Any], words: str):
    with pytest.raises(ValidationError, match=f"{words}: send the amount as one of kind money"):
        body.model_validate({**fields, "amount": D(5)}, strict=False)


def test_a_contract_is_not_worth_less_than_nothing():
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        ContractBody.model_validate({**CONTRACT, "amount": D(-1)}, strict=False)
