"""One request for each route that writes about a customer; for the walk of ``test_scoped_writes``."""

from typing import Any

CUSTOMER, OTHER_ID = "C-2", "C-2b"
DAY, INSTANT = "2024-02-01", "2024-02-01T02:00:00Z"
ON, WHY = {"on": DAY}, {"because": "agreed at the fair"}
ASSESSED = {"strategic_fit": "5", "growth": "5", "relation": "5", "currency": "CNY", **ON}
TERMS = {"amount": "800", "currency": "CNY", "expected_on": "2024-09-30", **ON}
LINE = {"item_id": "I-1", "quantity": "1", "unit_price": "100"}
OF_SEVERAL = {"POST /v1/tierings", "POST /v1/recalls", "POST /v1/recalls/{recall_id}/closing"}
"""Routes that are about no customer: they rank all of them, or call lots back from whoever got any."""


def order(order_id: str, customer_id: str = CUSTOMER) -> dict[str, Any]:
    of = {"order_id": order_id, "customer_id": customer_id, "ordered_on": DAY, "currency": "CNY", "total": "100"}
    return {**of, "lines": [LINE], "region": "east"}


def complaint(complaint_id: str, customer_id: str = CUSTOMER) -> dict[str, Any]:
    of = {"complaint_id": complaint_id, "customer_id": customer_id, "topic": "transport", "severity": "general"}
    return {**of, "description": "came too late", "owner_id": "agent", "at": INSTANT}


def opportunity(opportunity_id: str, customer_id: str = CUSTOMER) -> dict[str, Any]:
    return {"opportunity_id": opportunity_id, "customer_id": customer_id, "name": "caps", "owner_id": "agent", **TERMS}


def unit(unit_code: str) -> dict[str, Any]:
    of = {"unit_code": unit_code, "customer_id": CUSTOMER, "region": "east", "shipped_on": DAY}
    return {**of, "region_manager": "agent", "currency": "CNY"}


def file(customer_id: str, owner_id: str) -> dict[str, Any]:
    return {"customer_id": customer_id, "name": customer_id, "owner_id": owner_id, "registered_on": "2024-01-01"}


KNOWN: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/v1/customers", file(CUSTOMER, "wang.fang")),
    ("/v1/orders", order("O-1")),
    ("/v1/complaints", complaint("CP-1")),
    ("/v1/opportunities", opportunity("OP-1")),
    ("/v1/units", unit("U-1")),
)
"""What there is of the customer before anybody tries."""

IDS = {
    "customer_id": CUSTOMER, "complaint_id": "CP-1", "opportunity_id": "OP-1", "rebate_id": "R-1", "task_id": "T-1",
    "recall_id": "RC-1", "todo_id": "TD-1",
}  # fmt: skip
CAUSE = {
    "supplier_id": "S-1", "item_id": "I-1", "lot_id": "L-1", "severity": "major", "quantity": "1", "code": "dent",
    "description": "dented", "traced_on": DAY,
}  # fmt: skip
ACCOUNT = {"owner_id": "wang.fang", "sponsor_id": "zhou.min", "emphasis": "price", **WHY, **ON}
EFFORT = {"effort_id": "E-1", "person_id": "wang.fang", "hours": "2", "activity": "visit", **ON}
SURVEY = {"survey_id": "S-1", "customer_id": CUSTOMER, "answered_on": DAY, "kind": "rating", "answers": {"rating": "3"}}

BODIES: dict[str, dict[str, Any]] = {
    "POST /v1/orders": order("O-2"),
    "POST /v1/surveys": SURVEY,
    "POST /v1/units": unit("U-2"),
    "POST /v1/scans": {"scan_id": "SC-1", "unit_code": "U-1", "region": "west", "scanned_on": DAY},
    "POST /v1/complaints": complaint("CP-2"),
    "POST /v1/complaints/{complaint_id}/acknowledgement": {"at": INSTANT},
    "PUT /v1/complaints/{complaint_id}/owner": {"owner_id": "zhou.min"},
    "POST /v1/complaints/{complaint_id}/work": {"at": INSTANT},
    "POST /v1/complaints/{complaint_id}/traces": CAUSE,
    "POST /v1/complaints/{complaint_id}/handover": {"supplier_id": "S-1", "due_on": DAY},
    "POST /v1/complaints/{complaint_id}/resolution": {"solution": "sent anew", "at": INSTANT},
    "POST /v1/complaints/{complaint_id}/reopening": {**WHY, "at": INSTANT},
    "POST /v1/complaints/{complaint_id}/call-back": {"satisfied": True, "at": INSTANT},
    "POST /v1/opportunities": opportunity("OP-2"),
    "PUT /v1/opportunities/{opportunity_id}": TERMS,
    "POST /v1/opportunities/{opportunity_id}/stage": {"stage": "won", **WHY, **ON},
    "PUT /v1/customers/{customer_id}/stage": {"stage": "preferred", **WHY, **ON},
    "POST /v1/customers/{customer_id}/joint-plan": {"plan": "a plan", **ON},
    "POST /v1/customers/{customer_id}/development-plan": {"plan": "a plan", **ON},
    "POST /v1/customers/{customer_id}/assessments": ASSESSED,
    "POST /v1/customers/{customer_id}/assessments/review": {**ASSESSED, **WHY},
    "PUT /v1/customers/{customer_id}/key-account": ACCOUNT,
    "POST /v1/customers/{customer_id}/key-account/release": {**WHY, **ON},
    "POST /v1/customers/{customer_id}/visits": {"kind": "meeting", "who": "wang.fang", "notes": "went well", **ON},
    "POST /v1/customers/{customer_id}/efforts": EFFORT,
    "POST /v1/customers/{customer_id}/retention-tasks/{task_id}/outcome": {"outcome": "called", "done_on": DAY},
    "POST /v1/customers/{customer_id}/todos/{todo_id}/outcome": {"outcome": "C-3 buys there", "done_on": "1970-01-01"},
    "PUT /v1/distributors/{customer_id}": {"regions": ["east"], "region_manager": "zhou.min", "authorised_on": DAY},
    "POST /v1/distributors/{customer_id}/rebates/{rebate_id}/payment": {"collection_days": 3, "paid_on": DAY},
    "POST /v1/recalls/{recall_id}/goods-back": {"customer_id": CUSTOMER, "quantity": "1", "return_id": "RT-1", **ON},
    "POST /v1/customers": file(CUSTOMER, "wang.fang"),
    "PATCH /v1/customers/{customer_id}/file": {"changed_on": DAY},
    "PUT /v1/customers/{customer_id}/sharing": {"grants": [], "shared_on": DAY},
    "POST /v1/customers/{customer_id}/merges": {"merged_id": OTHER_ID, **WHY, "merged_on": DAY},
    "POST /v1/customers/{customer_id}/split": {**WHY, "split_on": DAY},
    "POST /v1/customers/{customer_id}/archive": {**WHY, "archived_on": DAY},
    "PUT /v1/customers/{customer_id}/owner": {"owner_id": "wang.fang", "assigned_on": DAY},
}
