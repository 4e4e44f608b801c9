"""The HTTP edge as far as it goes without a running service: what a body may be, and what is documented."""

from datetime import date
from decimal import Decimal

import pytest
from fastapi import FastAPI
from pydantic import TypeAdapter, ValidationError

from contracts.erp import GoodsReceived, InspectionCompleted
from supplier_svc.requests.facts import Delivery, Inspection
from supplier_svc.requests.gradings import GradingBody
from supplier_svc.service import SERVICE

DELIVERY = {
    "delivery_id": "D-1",
    "supplier_id": "S-1",
    "item_id": "bolt",
    "lot_id": "L-1",
    "quantity": "1000",
    "promised_on": "2024-05-10",
    "received_on": "2024-05-10",
    "unit_price": "0.10",
    "currency": "EUR",
}
INSPECTION = {
    "inspection_id": "I-1",
    "supplier_id": "S-1",
    "item_id": "bolt",
    "lot_id": "L-1",
    "stage": "incoming",
    "lot_quantity": "1000",
    "result": "rejected",
    "defects": [{"code": "crack", "severity": "major", "quantity": "3", "responsibility": "supplier"}],
    "inspected_on": "2024-05-12",
}


def test_a_delivery_over_http_is_read_like_one_from_kafka():
    read = TypeAdapter(Delivery).validate_python(DELIVERY)
    assert isinstance(read, GoodsReceived)
    assert (read.received_on, read.unit_price) == (date(2024, 5, 10), Decimal("0.10"))


def test_an_inspection_over_http_is_read_like_one_from_kafka():
    read = TypeAdapter(Inspection).validate_python(INSPECTION)
    assert isinstance(read, InspectionCompleted)
    assert read.defects[0].severity == "major"


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("received_on", "2024-02-30", "date_from_datetime_parsing"),
        ("quantity", "-1", "greater_than_equal"),
        ("supplier_id", "", "string_too_short"),
        ("currency", "EURO", "value_error"),
        ("unit_price", "NaN", "not_plain"),
    ],
)
def test_bad_input_names_the_field_and_the_rule(field, value, rule):
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Delivery).validate_python({**DELIVERY, field: value})
    assert [(error["loc"], error["type"]) for error in refused.value.errors()] == [((field,), rule)]


@pytest.mark.parametrize("period", ["2024-13", "2024-5", "0000-01", "24-05", "2024-05-01", "2024-Q5"])
def test_a_period_is_a_month_quarter_or_year_of_a_plausible_year(period):
    with pytest.raises(ValidationError):
        GradingBody(supplier_id="S-1", period=period)


def test_the_routes_are_documented_with_their_bodies():
    app = FastAPI()
    for router in SERVICE.routes:
        app.include_router(router)
    paths = app.openapi()["paths"]
    assert {
        "/v1/suppliers/{supplier_id}/grade/explanation",
        "/v1/suppliers/{supplier_id}/gates",
        "/v1/suppliers/{supplier_id}/objections/{objection_id}/decision",
        "/v1/items/{item_id}/allocation",
        "/v1/quality/pareto",
        "/v1/due-actions",
    } <= set(paths)
    body = paths["/v1/deliveries"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/GoodsReceived"}


def test_every_command_has_its_decider_and_every_source_its_reactions():
    assert {source.topic for source in SERVICE.sources} == {
        "erp.deliveries",
        "erp.inspections",
        "erp.stock",
        "erp.contracts",
        "erp.payables",
        "customer.events",
    }
    assert all(set(source.reactions) == set(source.events) for source in SERVICE.sources if source.owner is None)
    assert [todo.name for todo in SERVICE.todo_lists] == [
        "survey_first_due",
        "grading_due",
        "improvement_call",
        "improvement_due",
        "incentive_due",
        "corrective_due",
        "complaint_answer_due",
        "certificate_due",
        "contract_due",
        "sources_due",
        "claim_due",
        "incentive_note_due",
        "survey_round_due",
        "partner_rating_due",
        "recall_mark_due",
        "recall_use_due",
    ]
