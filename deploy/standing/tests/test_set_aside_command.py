"""What is typed after ``standing set-aside``, and how the list reads."""

import asyncio
from typing import Any

import pytest
from typer.testing import CliRunner

from standing import set_aside
from standing.cli import app
from standing.set_aside import sentence_of

ROW = {
    "set_aside_id": 3, "kind": "read model", "name": "grades", "version": 2, "type": "supplier.SupplierGraded",
    "partition": 1, "position": 47, "cause": "OverflowError: date value out of range", "status": "waiting",
    "set_aside_at": "2026-03-01T08:15:00Z",
    "set_aside_by": "standing", "decided_by": None, "decision": None,
}  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [
        ["add", "credit-svc", "listener", "erp.orders", "0", "1"],
        ["accept", "credit-svc", "1"],
        ["undo", "credit-svc", "1"],
    ],
)
def test_nothing_is_decided_without_a_reason(arguments: list[str]) -> None:
    answer = CliRunner().invoke(app, ["set-aside", *arguments])
    assert answer.exit_code == 2
    assert "--reason" in answer.output


def test_the_list_states_what_does_without_which_event_and_who_decided() -> None:
    what = (
        "supplier-svc #3 read model grades does without supplier.SupplierGraded at position 47 of partition 1 since 2026-03-01 08:15 UTC"
        " (OverflowError: date value out of range); "
    )
    accepted = {**ROW, "status": "accepted", "decided_by": "ann", "decision": "known"}
    assert sentence_of("supplier-svc", ROW) == what + "nobody has decided"
    assert sentence_of("supplier-svc", accepted) == what + "accepted by ann: known"
    assert sentence_of("supplier-svc", {**accepted, "status": "undone"}) == what + "undone by ann: known"


def test_each_command_calls_its_route_with_who_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    posted: list[tuple[str, dict[str, Any]]] = []

    class Answering:
        name = "supplier-svc"

        async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
            posted.append((path, body))
            return {}

    def with_clients(home: object, service: str | None, work: Any) -> None:
        asyncio.run(work((Answering(),)))

    monkeypatch.setattr(set_aside, "with_clients", with_clients)
    why = ["--reason", "a test", "--actor", "ann"]
    for arguments in (
        ["add", "supplier-svc", "read-model", "grades", "1", "47"], ["accept", "supplier-svc", "3"], ["undo", "supplier-svc", "3"],
    ):  # fmt: skip
        answer = CliRunner().invoke(app, ["set-aside", *arguments, *why])
        assert answer.exit_code == 0, answer.output
    said = {"reason": "a test", "actor": "ann"}
    event = {"kind": "read model", "name": "grades", "partition": 1, "position": 47}
    assert posted == [
        ("/v1/admin/set-aside", {**event, **said}),
        ("/v1/admin/set-aside/3/acceptance", said),
        ("/v1/admin/set-aside/3/undoing", said),
    ]
