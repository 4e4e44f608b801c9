"""Sub-suppliers: who stands behind a supplier, and what of its quality comes from there."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from chassis.testing.client import app_of, client_of
from chassis.testing.passing import at_rest, pass_until
from contracts.erp import SubLot
from contracts.supplier import (
    DeliveryCorrected,
    NonconformanceRecorded,
    SubSupplierDeclared,
    SubSupplierWithdrawn,
    SupplierGraded,
)
from supplier_svc.service import SERVICE
from supplier_svc.supplier.facts import RecordComplaint
from supplier_svc.supplier.known import SupplierUnknown
from supplier_svc.supplier.sub_suppliers import (
    DeclareSubSupplier,
    OwnSubSupplier,
    SubSupplierUnknown,
    WithdrawSubSupplier,
)
from supplier_svc.testing import deliveries, delivery, grade, inspection, supplier

DAY = date(2024, 5, 2)


def foundry(*items: str, id: str = "SUB-1", process: str = "casting") -> DeclareSubSupplier:
    return DeclareSubSupplier("S-1", id, "Foundry", items or ("bolt",), process, DAY, "li.na")


def of(*lots: str) -> tuple[SubLot, ...]:
    """``SUB-1/C-7``: a sub-supplier and its lot."""
    return tuple(SubLot(sub_supplier_id=sub, lot_id=lot) for sub, lot in (each.split("/") for each in lots))


def test_a_sub_supplier_is_declared_once_and_declared_again_counts_in_place_of_before():
    known = supplier().when(delivery()).when(foundry()).then(SubSupplierDeclared)
    known.when(foundry()).then()
    known.when(foundry("bolt", "nut")).then(SubSupplierDeclared)


def test_a_supplier_is_not_its_own_sub_supplier():
    known = supplier().when(delivery())
    known.when(foundry(id="S-1")).then_refused(OwnSubSupplier, "A supplier is not its own sub-supplier.")


def test_a_supplier_of_whom_nothing_is_known_has_no_sub_supplier_until_its_first_delivery():
    supplier().when(foundry()).then_refused(SupplierUnknown, "There is no supplier S-1")
    supplier().when(delivery()).when(foundry()).then(SubSupplierDeclared)


def test_only_who_was_declared_is_withdrawn():
    leave = WithdrawSubSupplier("S-1", "SUB-1", DAY, "it closed", "li.na")
    supplier().when(leave).then_refused(SubSupplierUnknown)
    supplier().when(delivery(), foundry()).when(leave).then(SubSupplierWithdrawn)


def test_a_defect_of_a_lot_made_of_one_sub_suppliers_lots_names_it_and_its_points_stay_with_the_supplier():
    known = supplier().when(
        delivery("D-1", lot_id="L-1", sub_lots=of("SUB-1/C-7", "SUB-1/C-8")), inspection("I-1", "major", lot_id="L-1")
    )
    [found] = known.all_of(NonconformanceRecorded)
    assert (found.sub_supplier_id, found.supplier_id, found.points) == ("SUB-1", "S-1", 3)


def test_a_defect_names_no_sub_supplier_where_the_lot_was_made_of_several_or_of_none_that_is_known():
    known = supplier().when(
        delivery("D-1", lot_id="L-1", sub_lots=of("SUB-1/C-7", "SUB-2/K-1")),
        delivery("D-2", lot_id="L-2"),
        inspection("I-1", "major", lot_id="L-1"),
        inspection("I-2", "minor", lot_id="L-2"),
    )
    assert [each.sub_supplier_id for each in known.all_of(NonconformanceRecorded)] == [None, None]


def test_a_complaint_that_is_traced_to_a_lot_names_the_sub_supplier_too():
    complaint = RecordComplaint("S-1", "CMP-1", "C-1", "bolt", "L-1", "minor", Decimal(2), "crack", date(2024, 5, 20))
    known = supplier().when(delivery("D-1", lot_id="L-1", sub_lots=of("SUB-1/C-7")), complaint)
    assert [each.sub_supplier_id for each in known.all_of(NonconformanceRecorded)] == ["SUB-1"]


def test_sub_lots_that_become_known_later_correct_the_delivery_and_change_no_grade():
    lots = deliveries(9)
    known = supplier().when(*lots, delivery("D-1", lot_id="L-1"), grade("2024-05"))
    known = known.when(delivery("D-1", lot_id="L-1", sub_lots=of("SUB-1/C-7"))).then(DeliveryCorrected)
    assert "sub_lots C-7 of SUB-1 instead of none" in known.all_of(DeliveryCorrected)[0].summary
    known = known.when(inspection("I-1", "minor", lot_id="L-1", on="2024-06-03"))
    assert [each.sub_supplier_id for each in known.all_of(NonconformanceRecorded)] == ["SUB-1"]
    assert not known.all_of(SupplierGraded)


@pytest.fixture
async def client(start_service: Any) -> AsyncIterator[tuple[httpx.AsyncClient, Any]]:
    runtime = await start_service(SERVICE)
    await runtime.move_clock(datetime(2024, 5, 2, tzinfo=UTC))
    async with client_of(app_of(runtime)) as http:
        yield http, runtime


async def test_both_sources_one_foundry_the_advice_of_the_item_names_it(client: tuple[httpx.AsyncClient, Any]) -> None:
    http, runtime = client

    async def send(method: str, path: str, body: Any, status: int = 200) -> Any:
        answer = await http.request(method, f"/v1{path}", json=body)
        assert answer.status_code == status, answer.text
        await at_rest(runtime)
        return answer.json()

    for number in (1, 2):
        lot = delivery(f"D-{number}", supplier_id=f"S-{number}", lot_id="L-1", sub_lots=of("SUB-1/C-7"))
        await send("POST", "/deliveries", lot.delivery.model_dump(mode="json"))
        declared = {
            "sub_supplier_id": "SUB-1", "name": "Foundry", "item_ids": ["bolt"], "process": "casting", "declared_on": "2024-05-02",
        }  # fmt: skip
        await send("POST", f"/suppliers/S-{number}/sub-suppliers", declared)
        named = {"supplier_id": f"S-{number}", "named_on": "2024-05-02", "because": "approved"}
        await send("POST", "/items/bolt/sources", named)
    profile = {"importance": "high", "market": "balanced", "set_on": "2024-05-02", "because": "the line stands"}
    await send("PUT", "/items/bolt/profile", profile)
    found = inspection("I-1", "major", lot_id="L-1").inspection
    await send("POST", "/inspections", found.model_dump(mode="json"))

    await pass_until(runtime, datetime(2024, 5, 13, tzinfo=UTC))
    advice = (await http.get("/v1/items/bolt/source-advice")).json()
    assert advice["sub_supplier_shared"] == ["SUB-1"]
    assert advice["reasons"][-1] == "Several sources hang on sub-supplier SUB-1."
    whole = (await http.get("/v1/sub-suppliers/SUB-1")).json()
    assert [each["supplier_id"] for each in whole["suppliers"]] == ["S-1", "S-2"]
    assert whole["item_ids"] == ["bolt"]
    assert whole["nonconformances"] == [{"supplier_id": "S-1", "severity": "major", "record_count": 1}]
    assert [(each["supplier_id"], each["share_percent"]) for each in whole["order_shares"]] == [
        ("S-1", "50.00"),
        ("S-2", "50.00"),
    ]
    own = (await http.get("/v1/suppliers/S-1/sub-suppliers")).json()["items"]
    assert [(each["sub_supplier_id"], each["process"]) for each in own] == [("SUB-1", "casting")]
    await send("POST", "/suppliers/S-1/sub-suppliers", {**declared, "sub_supplier_id": "S-1"}, 422)
    left = {"withdrawn_on": "2024-05-03", "because": "it closed"}
    await send("POST", "/suppliers/S-2/sub-suppliers/SUB-1/withdrawal", left)
    assert (await http.get("/v1/items/bolt/source-advice")).json()["sub_supplier_shared"] == []
    assert (await http.get("/v1/sub-suppliers/SUB-9")).status_code == 404
