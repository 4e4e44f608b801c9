"""The ledger of partners over HTTP, on real PostgreSQL and Kafka: its fields, what is out of date, a table for a spreadsheet."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.testing.client import app_of, client_of
from chassis.testing.passing import at_rest, pass_until
from supplier_svc.reports.partner_ledger import FIELDS
from supplier_svc.service import SERVICE

FILE = {
    "name": "Reddoit Works", "cooperation": "springs", "registered_address": "1 Harbour Road", "registered_capital": "1000000",
    "currency": "CNY", "business_owner": "Li Na", "owner_phone": "+86 10 5551", "credit_limit": "50000", "remarks": "none",
    "contacts": [{"name": "Wu Min", "phone": "+86 21 7777", "email": "wu@reddoit.example"}],
}  # fmt: skip


@pytest.fixture
async def running(start_service: Any) -> Any:
    runtime = await start_service(SERVICE)
    async with client_of(app_of(runtime)) as client:
        await pass_until(runtime, datetime(2024, 6, 1, tzinfo=UTC))

        async def post(path: str, body: Any) -> None:
            answer = await client.post(path, json=body)
            assert answer.status_code == 200, answer.text

        await post("/v1/suppliers", {
            "supplier_id": "S-1", "file": FILE, "registered_on": "2024-05-02", "applicant": "wu",
        })  # fmt: skip
        await post("/v1/suppliers/adoptions", {
            "supplier_id": "S-2", "file": {"name": "=Works"}, "approved_on": "2024-01-01", "approved_by": "chen",
            "because": "traded since 2015",
        })  # fmt: skip
        for kind, number, valid_to in (
            ("business_licence", "L-1", "2024-05-31"),
            ("organisation_code", "O-1", "2030-01-01"),
            ("tax_registration", "T-1", "2030-02-02"),
        ):
            await post("/v1/suppliers/S-1/certificates", {
                "certificate_id": kind, "kind": kind, "number": number, "holder": "Reddoit Works", "valid_to": valid_to,
            })  # fmt: skip
        await post("/v1/suppliers/S-2/certificates", {
            "certificate_id": "uscc", "kind": "unified_social_credit_code", "number": "91350100M000100Y43",
            "holder": "=Works", "valid_to": "2030-03-03",
        })  # fmt: skip
        await post("/v1/suppliers/S-2/ratings", {
            "rating": "D", "rated_on": "2024-05-20", "because": "its books are closed", "rated_by": "shen",
        })  # fmt: skip
        await at_rest(runtime)
        yield client


async def ledger(client: Any, **params: str) -> list[dict[str, Any]]:
    answer = await client.get("/v1/partners/ledger", params=params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_nineteen_columns_and_what_is_out_of_date(running: Any) -> None:
    assert len(FIELDS) == 19
    first, second = await ledger(running)
    assert list(first)[:19] == list(FIELDS)
    assert first == {
        "name": "Reddoit Works", "applicant": "wu", "applied_on": "2024-05-02", "cooperation": "springs",
        "registered_address": "1 Harbour Road", "registered_capital": "1000000", "licence_number": "L-1",
        "licence_expires_on": "2024-05-31", "organisation_code": "O-1", "organisation_code_expires_on": "2030-01-01",
        "tax_number": "T-1", "tax_expires_on": "2030-02-02", "contact_name": "Wu Min", "contact_phone": "+86 21 7777",
        "owner_name": "Li Na", "owner_phone": "+86 10 5551", "rating": None, "credit_limit": "50000", "remarks": "none",
        "supplier_id": "S-1", "status": "survey", "standing": None, "lapsed_fields": ["licence_expires_on"],
        "currency": "CNY", "restrictions": None,
    }  # fmt: skip
    code = "91350100M000100Y43"
    assert (second["licence_number"], second["organisation_code"], second["tax_number"]) == (code, code, code)
    assert (second["status"], second["rating"], second["lapsed_fields"]) == ("approved", "D", [])
    assert "no_prepayment" in second["restrictions"]


async def test_the_ledger_is_asked_by_rating_status_owner_text_and_what_is_out_of_date(running: Any) -> None:
    for params, wanted in (
        ({"rating": "D"}, ["S-2"]),
        ({"status": "survey"}, ["S-1"]),
        ({"lapsed": "true"}, ["S-1"]),
        ({"lapsed": "false"}, ["S-2"]),
        ({"owner": "li n"}, ["S-1"]),
        ({"owner": "nobody"}, []),
        ({"q": "SPRING"}, ["S-1"]),
        ({"q": "91350100m"}, ["S-2"]),
        ({"q": "%"}, []),
        ({"sort": "-name"}, ["S-1", "S-2"]),
        ({"sort": "name", "limit": "1"}, ["S-2"]),
    ):
        assert [row["supplier_id"] for row in await ledger(running, **params)] == wanted, params


async def test_the_ledger_as_csv_has_all_rows_and_opens_persons(running: Any) -> None:
    answer = await running.get("/v1/partners/ledger", params={"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert list(rows[0])[:19] == list(FIELDS)
    assert [(row["supplier_id"], row["owner_name"], row["contact_phone"]) for row in rows] == [
        ("S-1", "Li Na", "'+86 21 7777"), ("S-2", "", ""),
    ]  # fmt: skip
    assert (rows[0]["lapsed_fields"], rows[1]["name"]) == ("licence_expires_on", "'=Works")
