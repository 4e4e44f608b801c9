"""The command `standing` on an installation that runs, as a person types it: time is moved, a table imported, any id looked up."""

import asyncio
import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chassis.testing.waiting import eventually
from standing.cli import app
from standing.installation import Installation

from .conftest import running

pytestmark = pytest.mark.parts
MAPPING = Path(__file__).parents[2] / "deploy/mappings/supply-chain-deliveries.yaml"
COLUMNS = (
    "ID", "Country", "Scheduled Delivery Date", "Delivered to Client Date", "Vendor", "Item Description", "ASN/DN #",
    "Line Item Quantity", "Unit Price",
)  # fmt: skip


async def standing(*words: str) -> tuple[int, str]:
    """The exit code, and all that was printed."""
    done = await asyncio.to_thread(CliRunner().invoke, app, words)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def table(folder: Path) -> Path:
    rows = [
        (str(n), "Zambia", f"{n}-Jun-06", f"{n + 2}-Jun-06" if n != 5 else "", "Aurora Labs" if n % 2 else "Borealis & Co / 2",
         "Test kit", f"ASN-{n}", "10", "1.50")
        for n in range(1, 8)
    ]  # fmt: skip
    path = folder / "history.csv"
    with path.open("w", encoding="cp1252", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows, rows[0]])
    return path


async def test_a_person_imports_a_table_moves_time_and_comes_from_any_id_to_its_journey(tmp_path: Path) -> None:
    history = table(tmp_path)
    async with running(tmp_path / "home") as installation:
        home = ("--home", str(installation.home))
        await _imported(installation, history, home)
        await indexed(installation)
        await _found(home)
        await _moved(installation, home)


async def _imported(installation: Installation, history: Path, home: tuple[str, ...]) -> None:
    again = ("import", str(MAPPING), "--file", str(history), *home)
    code, printed = await standing(*again)
    assert code == 0, printed
    assert "history.csv: 8 rows → 6 facts of 6 rows" in printed
    assert "1 without a fact: was not delivered yet" in printed
    assert "1 without a fact: repeats an earlier row" in printed
    assert "recorded 6 + repeated 0 + parked 0 = 6 of 6 facts sent" in printed
    listed = (installation.home / "supply-chain-deliveries-without-a-fact.csv").read_text().splitlines()
    assert listed == ["row,reason", "5,was not delivered yet", "8,repeats an earlier row"]
    code, printed = await standing(*again)
    assert (code, "recorded 0 + repeated 6 + parked 0 = 6 of 6 facts sent" in printed) == (0, True), printed


async def _found(home: tuple[str, ...]) -> None:
    code, by_delivery = await standing("journey", "SC-1", *home)
    assert (code, "supplier.DeliveryRecorded" in by_delivery) == (0, True), by_delivery
    [id] = {word for line in by_delivery.splitlines() for word in line.split() if word.startswith("GoodsReceived:1:")}
    correlation = by_delivery.split("journey ")[1].split(":")[0]
    ways = (
        [id],
        [f"/import/supply-chain-deliveries#{id}"],
        [id, "--source", "/import/supply-chain-deliveries"],
        [correlation],
    )
    for way in ways:
        code, printed = await standing("journey", *way, *home)
        assert (code, f"journey {correlation}" in printed) == (0, True), (way, printed)
    code, printed = await standing("journey", "Borealis & Co / 2", *home)
    assert (code, printed.count("journey ")) == (0, 3), printed
    code, printed = await standing("journey", "/erp/x#y", *home)
    assert code == 1
    assert "Nothing was found for '/erp/x#y'" in printed
    assert "no id of a message (alone, or as SOURCE#ID)" in printed


async def indexed(installation: Installation) -> None:
    """What events name is found by now."""

    async def is_read() -> bool:
        readings = [await client.progress() for client in installation.clients]
        return all(reading["lookup"] == reading["heads"] for reading in readings)

    await eventually(is_read, bool, within_s=60)


async def _moved(installation: Installation, home: tuple[str, ...]) -> None:
    code, printed = await standing("clock", "2006-07-01", *home)
    assert (code, "It is 2006-07-01 00:00 UTC now;" in printed) == (0, True), printed
    await indexed(installation)
    code, printed = await standing("journey", "2006-06", *home)
    assert (code, "supplier.SupplierGraded" in printed) == (0, True), printed
    code, printed = await standing("clock", "2006-06-01", *home)
    assert (code, "time does not go back to 2006-06-01" in printed) == (2, True), printed
    code, printed = await standing("clock", "tomorrow", *home)
    assert (code, "'tomorrow' is no moment; write 2025-02-01" in printed) == (2, True), printed
    code, printed = await standing(
        "parked", "edit", "supplier-svc", "1", "--reason", "looked", "--file", "nofile", *home
    )
    assert (code, printed.strip()) == (2, "nofile: No such file or directory.")
    code, printed = await standing("parked", "show", "supplier-svc", "4711", *home)
    assert code == 2
    assert "{" not in printed
