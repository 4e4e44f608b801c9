"""What comes again under a known id: the same contents are one fact, others are refused with the difference in words."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chassis.domain import Decider, Refusal
from chassis.testing import given
from chassis.testing.sealed import sealed
from contracts import Event, erp
from contracts.customer import (
    Classification,
    ComplaintTraced,
    Contact,
    DecisionMaker,
    DiversionSuspected,
    UnitScanned,
    UnitShipped,
)
from customer_svc import complaints, opportunities, orders, relationship, returns, tiers
from customer_svc.channel import distributor, unit
from customer_svc.complaints.complaint import OpenComplaint, Trace
from customer_svc.complaints.work import Resolve
from customer_svc.files import file
from customer_svc.opportunities.opportunity import OpenOpportunity
from customer_svc.orders.order import SubmitOrder
from customer_svc.orders.returns import ReturnOrder
from customer_svc.relationship.key_account import DesignateKeyAccount
from customer_svc.relationship.plans import SpendEffort
from customer_svc.satisfaction.survey import RecordSurvey
from customer_svc.service import SERVICE

DAY = date(2024, 5, 6)
AT = datetime(2024, 5, 6, 9, tzinfo=UTC)
SUBMIT = SubmitOrder(
    erp.OrderSubmitted(
        order_id="O-1", customer_id="C-1", ordered_on=DAY, currency="CNY", total=Decimal(100), requested_on=DAY, region="east",
        lines=(erp.OrderLine(item_id="I-1", quantity=Decimal(2), unit_price=Decimal(50)),),
    )
)  # fmt: skip
RETURN = ReturnOrder(
    erp.OrderReturned(
        return_id="R-1", order_id="O-1", customer_id="C-1", returned_on=DAY, amount=Decimal(40), currency="CNY", reason="broken"
    )
)  # fmt: skip
LOOSE = returns.RecordReturn(RETURN.fact.model_copy(update={"order_id": None}))
SURVEY = RecordSurvey(
    erp.SurveyAnswered(
        survey_id="S-1", customer_id="C-1", answered_on=DAY, kind="rating", answers={"rating": Decimal(4)}, order_id="O-1"
    )
)  # fmt: skip
COMPLAINT = OpenComplaint(
    "CP-1", "C-1", "product_quality", "general", "12 of 400 housings are cracked", "li.na", "O-1", "P-1", AT
)
TRACE = Trace(
    ComplaintTraced(
        complaint_id="CP-1", customer_id="C-1", supplier_id="S-1", item_id="P-1", lot_id="L-1", severity="major",
        quantity=Decimal(12), code="CRACK", description="cracked at the rib", traced_on=DAY,
    )
)  # fmt: skip
CHEN = Contact(contact_id="K-1", name=sealed("Chen Ying", "contact:C-1/K-1"))
REGISTER = file.RegisterCustomer(
    "C-1", "Haitong", "li.na", Classification(industry="packaging"), (CHEN,), "G-1", DAY, "li.na"
)
SHIP = unit.ShipUnit(
    UnitShipped(
        unit_code="U-1", customer_id="C-1", region="east", shipped_on=DAY, region_manager="han.lei",
        floor_price=Decimal(90), currency="CNY", item_id="P-1", lot_id="L-1",
    )
)  # fmt: skip
SCAN = unit.ScanUnit("SC-1", "U-1", "east", DAY, False, Decimal(95), 0)
DIVERTED = replace(SCAN, region="west")
EFFORT = SpendEffort("E-1", "C-1", "li.na", Decimal("6.5"), "visit", DAY)
OPPORTUNITY = OpenOpportunity(
    "OP-1", "C-1", "caps", "li.na", Decimal(80_000), "CNY", DAY,
    (DecisionMaker(contact_id="K-1", role="decider", attitude="supporter"),), "lead", Decimal(10), DAY,
)  # fmt: skip

KNOWN: dict[str, tuple[Decider, tuple[Any, ...], Any, frozenset[str]]] = {
    "an order": (orders.DECIDER, (), SUBMIT, frozenset({"order_id"})),
    "a return": (orders.DECIDER, (SUBMIT,), RETURN, frozenset({"return_id", "order_id", "customer_id", "lots"})),
    "a return before its order": (orders.DECIDER, (), RETURN, frozenset({"return_id", "order_id", "customer_id", "lots"})),
    "a return without an order": (returns.DECIDER, (), LOOSE, frozenset({"return_id", "order_id", "lots"})),
    "a survey": (tiers.DECIDER, (), SURVEY, frozenset({"survey_id", "customer_id"})),
    "a complaint": (
        complaints.DECIDER, (), COMPLAINT, frozenset({"complaint_id", "owner_of_customer", "at_is_given"})
    ),
    "a trace": (
        complaints.DECIDER,
        (COMPLAINT,),
        TRACE,
        frozenset({"complaint_id", "customer_id", "supplier_id", "item_id", "lot_id"}),
    ),
    "a file": (file.DECIDER, (), REGISTER, frozenset({"customer_id", "on", "by"})),
    "a unit": (unit.DECIDER, (), SHIP, frozenset({"unit_code"})),
    "a scan": (unit.DECIDER, (SHIP,), SCAN, frozenset({"scan_id", "unit_code", "repeats"})),
    "a diversion": (unit.DECIDER, (SHIP,), DIVERTED, frozenset({"scan_id", "unit_code", "repeats"})),
    "an effort": (relationship.DECIDER, (), EFFORT, frozenset({"effort_id", "customer_id"})),
    "an opportunity": (opportunities.DECIDER, (), OPPORTUNITY, frozenset({"opportunity_id"})),
}  # fmt: skip
"""What is known by an id: who decides, what comes before it, the command, and the fields that are not its contents. Lots are
streams of their own, where what comes again counts in place of what was said before."""

OTHER: dict[str, object] = {
    "kind": "kano", "severity": "urgent", "topic": "transport", "currency": "USD", "stage": "proposal",
    "classification": Classification(industry="toys"), "contacts": (), "decision_makers": (), "lines": (),
    "answers": {"rating": Decimal(5)},
}  # fmt: skip


def other(name: str, value: object) -> object:
    """Another value of a field."""
    match value:
        case _ if name in OTHER:
            return OTHER[name]
        case bool():
            return not value
        case Decimal():
            return value + 1
        case datetime() | date():
            return value + timedelta(days=1)
        case str():
            return f"{value}-2"
    raise AssertionError(f"no other value of {name}")


def from_log(event: Event) -> Event:
    return type(event).from_log(event.model_dump_json())


def changes(command: Any, identity: frozenset[str]) -> list[tuple[str, Any]]:
    """The command with one field of its contents changed, for each of them."""
    if hasattr(command, "fact"):
        fact: Event = command.fact
        return [
            (name, replace(command, fact=fact.model_copy(update={name: other(name, getattr(fact, name))})))
            for name in type(fact).model_fields
            if name not in identity
        ]
    return [
        (each.name, replace(command, **{each.name: other(each.name, getattr(command, each.name))}))
        for each in fields(command)
        if each.name not in identity
    ]


OF_ANOTHER = {"a complaint: customer_id", "an opportunity: customer_id"}
"""Customers open these themselves, and must not hear what another customer's says."""
CASES = [
    pytest.param(
        decider,
        before,
        command,
        changed,
        "is taken already" if f"{what}: {name}" in OF_ANOTHER else " instead of ",
        id=f"{what}: {name}",
    )
    for what, (decider, before, command, identity) in KNOWN.items()
    for name, changed in changes(command, identity)
]


@pytest.mark.parametrize(("decider", "before", "command", "changed", "sentence"), CASES)
def test_another_content_under_a_known_id_is_refused_with_the_difference(
    decider: Decider, before: tuple[Any, ...], command: Any, changed: Any, sentence: str
) -> None:
    known = given(decider, policies=SERVICE.policies).when(*before, command)
    known.when(changed).then_refused(Refusal, sentence)


@pytest.mark.parametrize(("decider", "before", "command"), [known[:3] for known in KNOWN.values()], ids=list(KNOWN))
def test_the_same_content_under_a_known_id_is_one_fact(decider: Decider, before: tuple[Any, ...], command: Any) -> None:
    known = given(decider, policies=SERVICE.policies).when(*before, command)
    given(decider, *map(from_log, known.facts), policies=SERVICE.policies).when(command).then()


def test_a_complaint_that_names_neither_owner_nor_instant_is_the_same_at_another_instant() -> None:
    unnamed = replace(COMPLAINT, owner_id=None, at_is_given=False, owner_of_customer="li.na")
    known = given(complaints.DECIDER, policies=SERVICE.policies).when(unnamed)
    known.when(replace(unnamed, at=AT + timedelta(hours=3), owner_of_customer="wang.fang")).then()


def test_a_complaint_resolved_with_another_solution_is_refused_with_the_difference() -> None:
    resolved = given(complaints.DECIDER, policies=SERVICE.policies).when(
        COMPLAINT, Resolve("CP-1", "replaced", AT, "li.na")
    )
    resolved.when(Resolve("CP-1", "replaced", AT, "li.na")).then()
    resolved.when(Resolve("CP-1", "refunded", AT, "li.na")).then_refused(Refusal, "replaced instead of refunded")


def test_a_registration_is_the_same_as_the_file_is_now_or_as_it_was_opened() -> None:
    changed = file.ChangeFile("C-1", "Haitong Plastics", None, None, None, DAY, "li.na")
    known = given(file.DECIDER, policies=SERVICE.policies).when(REGISTER, changed)
    known.when(REGISTER).then()
    known.when(replace(REGISTER, name="Haitong Plastics")).then()
    known.when(replace(REGISTER, name="Haitong Glass")).then_refused(
        file.FileDiffers, "name Haitong Glass instead of Haitong Plastics"
    )


def test_another_region_manager_or_another_emphasis_is_a_change_and_not_a_repeat() -> None:
    authorise = distributor.AuthoriseDistributor("C-1", ("east",), "han.lei", DAY)
    known = given(distributor.DECIDER, policies=SERVICE.policies).when(authorise)
    known.when(authorise).then()
    changed = known.when(replace(authorise, region_manager="li.na"))
    assert changed.one(type(known.facts[0])).region_manager == "li.na"
    designate = DesignateKeyAccount("C-1", "li.na", "wu.jun", "quality", "the largest", DAY, "wu.jun")
    account = given(relationship.DECIDER, policies=SERVICE.policies).when(designate)
    account.when(designate).then()
    assert account.when(replace(designate, emphasis="price")).one(type(account.facts[0])).emphasis == "price"


def test_an_older_scan_that_does_not_say_whether_it_was_tampered_with_is_the_same_scan() -> None:
    scanned = UnitScanned(scan_id="SC-1", unit_code="U-1", customer_id="C-1", region="east", scanned_on=DAY)
    given(unit.DECIDER, SHIP.fact, scanned, policies=SERVICE.policies).when(SCAN).then()
    suspected = given(unit.DECIDER, SHIP.fact, policies=SERVICE.policies).when(DIVERTED).one(DiversionSuspected)
    older = suspected.model_copy(update={"tampered": None, "price": None})
    given(unit.DECIDER, SHIP.fact, older, policies=SERVICE.policies).when(DIVERTED).then()
