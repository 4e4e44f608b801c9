"""The year before: what purchasing knows of December 2023 of one supplier is entered in January, so that its year is graded."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

from standing.actors.action import Action, Clients, Partner, at

SERVICE = "supplier-svc"
SUPPLIER = 8
"""Number in the cast of a supplier whose months are nearly all A: the B of its year limits it until six of them in a row have passed."""
DAYS = (4, 6, 11, 13, 18, 20)
REJECTED = 13
ANSWERS = {
    "shen": {"quality_stability": "80", "delivery_timeliness": "75", "supply_assurance": "70", "after_sales": "70"},
    "guo": {"quality_stability": "78", "delivery_timeliness": "75", "supply_assurance": "72", "after_sales": "68"},
}
"""What the heads of purchasing and of sales think of the supplier, 0 to 100 by topic."""


def actions(suppliers: Sequence[Partner]) -> Iterator[Action]:
    """What is entered once, on the second day of the year."""
    supplier = suppliers[SUPPLIER]
    yield Action(at(date(2024, 1, 2), 7), f"enter the year before of {supplier.id}", partial(_enter, supplier=supplier))


async def _enter(to: Clients, supplier: Partner) -> None:
    client = to[SERVICE]
    for day in DAYS:
        on, lot = date(2023, 12, day).isoformat(), f"LOT-{supplier.id}-1{day:02}"
        delivery = {
            "delivery_id": f"GR-{lot}", "supplier_id": supplier.id, "item_id": "MAT-09", "lot_id": lot, "quantity": "400",
            "promised_on": on, "received_on": on, "unit_price": "19.20", "currency": "CNY",
        }  # fmt: skip
        await client.act("POST", "/v1/deliveries", delivery, "shen", f"enter-{lot}")
        inspection = {
            "inspection_id": f"QI-{lot}", "supplier_id": supplier.id, "item_id": "MAT-09", "lot_id": lot, "stage": "incoming",
            "lot_quantity": "400", "result": "rejected" if day == REJECTED else "accepted", "inspected_on": on,
        }  # fmt: skip
        await client.act("POST", "/v1/inspections", inspection, "shen", f"inspect-{lot}")
    for respondent, scores in ANSWERS.items():
        survey = {
            "survey_id": f"SV-2023-{supplier.id}-{respondent}", "answered_on": "2023-12-15", "respondent": respondent, "scores": scores,
        }  # fmt: skip
        path = f"/v1/suppliers/{supplier.id}/surveys"
        await client.act("POST", path, survey, respondent, f"survey-2023-{supplier.id}-{respondent}")
