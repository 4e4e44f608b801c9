"""A complaint goes to the supplier and comes back: traced to its lot, a nonconformance, an 8D, its result on the complaint, and everybody
who waits for it hears of it. Four services, over Kafka.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from standing.driver import Driver
from standing.installation import Installation
from standing.publisher import NothingSent
from standing.run import verify

from .conftest import running

pytestmark = pytest.mark.parts


def at(day: str, hour: int = 9) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02d}:00:00").replace(tzinfo=UTC)


class House:
    """The installation, and the people who work with it."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.customers, self.suppliers = installation.client("customer-svc"), installation.client("supplier-svc")
        self.driver = Driver(installation.clients, NothingSent())

    async def moves_to(self, day: str, hour: int = 9) -> None:
        await self.driver.run([], until=at(day, hour))

    async def acts(self, service: str, path: str, body: dict[str, Any], by: str = "li") -> None:
        await self.installation.client(service).act("POST", path, body, by, f"{path} {body}")
        await self.driver.quiet()

    async def complains(self, complaint_id: str, day: str, lot_id: str) -> None:
        """A customer complains of a product, and it is traced to a lot of S-1 on that day."""
        opened = {
            "complaint_id": complaint_id, "customer_id": "C-1", "topic": "product_quality", "severity": "general",
            "description": "it does not fit", "owner_id": "li", "at": at(day, 8).isoformat(),
        }  # fmt: skip
        await self.acts("customer-svc", "/v1/complaints", opened)
        cause = {
            "supplier_id": "S-1", "item_id": "bolt", "lot_id": lot_id, "severity": "minor", "quantity": "5",
            "code": "crack", "description": "a crack", "traced_on": day,
        }  # fmt: skip
        await self.acts("customer-svc", f"/v1/complaints/{complaint_id}/traces", cause)

    async def does(self, step: str, day: str, statement: str = "", **more: str) -> None:
        body = {"step": step, "done_on": day, "evidence": ["page 3"], "statement": statement, **more}
        await self.acts("supplier-svc", "/v1/suppliers/S-1/corrective-actions/CA-X-1/steps", body, "wang")

    async def complaint(self, complaint_id: str) -> dict[str, Any]:
        row: dict[str, Any] = await self.customers.get(f"/v1/complaints/{complaint_id}")
        return row

    async def notified(self, rule: str, about: str) -> list[str]:
        rows = await self.installation.client("notify-svc").pages("/v1/notifications", rule=rule)
        return sorted(row["recipient"] for row in rows if row["about"] == about)

    async def event_count(self) -> int:
        rows = [
            event
            for client in self.installation.clients
            for partition in range(self.installation.kafka.partitions)
            for event in await client.pages("/v1/log", partition=partition)
        ]
        return len(rows)


async def test_loop_closes_over_kafka_from_a_complaint_to_its_cause_and_back(tmp_path: Path, console: Console) -> None:
    async with running(tmp_path / "home") as installation:
        house = House(installation)
        await _solved(house)
        await _refuted(house)
        await _handed_over(house)
        events = await house.event_count()
        await house.driver.quiet()
        assert await house.event_count() == events, "nothing circulates"
        assert await verify(installation, console)


async def _solved(house: House) -> None:
    await house.moves_to("2025-03-03")
    await house.complains("X-1", "2025-03-03", "L-1")
    found = await house.suppliers.get("/v1/suppliers/S-1/nonconformances/X-1")
    assert (found["points"], found["severity"]) == (1, "minor")
    action = await house.suppliers.get("/v1/suppliers/S-1/corrective-actions/CA-X-1")
    assert (action["status"], action["complaint_ids"]) == ("open", ["X-1"])
    row = await house.complaint("X-1")
    assert (row["actions"][0]["next_step"], row["actions"][0]["next_due_on"]) == ("team", "2025-03-04")
    clocks = {name: row[name] for name in row if name.endswith("_due_at")}

    await house.moves_to("2025-03-05")
    for step in ("team", "problem"):
        await house.does(step, "2025-03-05")
    await house.does("containment", "2025-03-05", "The lot is blocked.")
    await house.moves_to("2025-03-06")
    await house.complains("X-2", "2025-03-06", "L-1")
    assert [each["step"] for each in (await house.complaint("X-2"))["reports"]] == ["containment"], "it joined"
    await house.moves_to("2025-03-20")
    await house.does("cause", "2025-03-20", "A worn die.", cause_origin="sub_supplier")
    await house.does("action", "2025-03-20", "The die is changed.")
    await house.moves_to("2025-05-30")
    for step in ("verification", "prevention"):
        await house.does(step, "2025-05-30")
    await house.does("closure", "2025-05-30", "No crack in six lots since.")

    row = await house.complaint("X-1")
    assert [(each["step"], each["reported_on"], each["text"], each["is_final"]) for each in row["reports"]] == [
        ("containment", "2025-03-05", "The lot is blocked.", False),
        ("action", "2025-03-20", "A worn die. The die is changed.", False),
        ("closure", "2025-05-30", "No crack in six lots since.", True),
    ]
    assert (row["actions"][0]["status"], len(row["actions"][0]["done"])) == ("done", 8)
    assert {name: row[name] for name in clocks} == clocks
    assert [each["step"] for each in (await house.complaint("X-2"))["reports"]] == ["containment", "action", "closure"]
    assert await house.notified("complaint-cause", "X-1") == ["customer:C-1"] * 3
    assert await house.notified("complaint-cause-owner", "X-1") == ["person:li"] * 3
    assert await house.notified("corrective-action", "CA-X-1") == ["supplier:S-1"]
    assert await house.notified("corrective-action-closed", "CA-X-1") == ["role:quality-engineer", "supplier:S-1"]


async def _refuted(house: House) -> None:
    await house.complains("X-3", "2025-05-30", "L-3")
    decided = {"supplier_id": "S-1", "nonconformance_id": "X-3", "responsibility": "own"}
    await house.acts("supplier-svc", "/v1/nonconformances/decisions", decided, "gao")
    assert (await house.suppliers.get("/v1/suppliers/S-1/nonconformances/X-3"))["points"] == 0
    row = await house.complaint("X-3")
    assert row["traces"][0]["withdrawn_because"] == "The supplier does not answer for X-3."
    assert row["actions"][0]["status"] == "withdrawn"
    assert await house.notified("complaint-trace-withdrawn", "X-3") == ["person:li"]
    assert await house.notified("complaint-cause", "X-3") == []


async def _handed_over(house: House) -> None:
    for complaint_id, lot_id in (("X-4", "L-4"), ("X-5", "L-5")):
        await house.complains(complaint_id, "2025-05-30", lot_id)
        path = f"/v1/complaints/{complaint_id}/handover"
        await house.acts("customer-svc", path, {"supplier_id": "S-1", "due_on": "2025-06-05"})
    due = (await house.suppliers.get("/v1/due-actions", within_days=30))["complaint_answers"]
    assert [each["complaint_id"] for each in due] == ["X-4", "X-5"]
    answer = {"complaint_id": "X-4", "statement": "We replaced all five.", "done_on": "2025-05-30"}
    await house.acts("supplier-svc", "/v1/suppliers/S-1/complaint-answers", answer, "wang")
    row = await house.complaint("X-4")
    assert (row["reports"][-1]["step"], row["handovers"][0]["answered_on"]) == ("handover", "2025-05-30")
    assert not row["reports"][-1]["is_final"], "its 8D is still to come"
    await house.moves_to("2025-06-06")
    overdue = await house.suppliers.get("/v1/complaint-answers", status="overdue")
    assert [each["complaint_id"] for each in overdue["items"]] == ["X-5"]
    assert await house.notified("complaint-answer-overdue", "X-5") == ["person:li"]
    assert await house.notified("complaint-handed-over", "X-4") == ["supplier:S-1"]
