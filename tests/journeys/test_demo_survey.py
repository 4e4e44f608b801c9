"""The heads of the demo's year, on the service itself: both rounds are answered about every supplier that delivers."""

from datetime import UTC, date, datetime
from typing import Any

from chassis.testing.client import app_of, client_of
from chassis.testing.passing import at_rest, pass_until
from standing.actors import Clients, surveys
from standing.services import Client
from supplier_svc.service import SERVICE
from supplier_svc.testing import delivery

SUPPLIERS = ("S-001", "S-002", "S-003")
END = datetime(2025, 1, 1, tzinfo=UTC)


async def test_demo_year_two_heads_answer_both_rounds_about_every_supplier(start_service: Any) -> None:
    runtime = await start_service(SERVICE)
    async with client_of(app_of(runtime)) as http:
        client = Client(SERVICE, "", http)
        await pass_until(runtime, datetime(2024, 1, 1, tzinfo=UTC))
        for action in surveys.actions():
            await pass_until(runtime, action.time)
            await action.do(Clients({client.name: client}, action.time))
            await at_rest(runtime)
            if action.time.month == 1:
                for supplier_id in SUPPLIERS:
                    for month in range(1, 13):
                        on = str(date(2024, month, 3))
                        lot = delivery(f"D-{supplier_id}-{month}", on=on, supplier_id=supplier_id).delivery
                        await client.post("/v1/deliveries", lot.model_dump(mode="json"))
        await pass_until(runtime, END)
        rounds = [each for each in (await client.get("/v1/supplier-surveys/rounds"))["items"] if each["respondents"]]
        assert [
            (each["round_id"], each["asked_count"], each["missing_count"], each["closed_on"]) for each in rounds
        ] == [
            ("2024-06-01", 6, 0, "2024-06-22"),
            ("2024-12-01", 6, 0, "2024-12-22"),
        ]
        answers = await client.pages("/v1/supplier-surveys")
        assert {(each["respondent"], each["function"]) for each in answers} == {("shen", "supply"), ("guo", "sales")}
        fuzzy = await client.get("/v1/suppliers/S-001/fuzzy-evaluation", period="2024")
        assert len(fuzzy["factors"]) == 5
        assert fuzzy["comment"] != "insufficient"
