"""A fifth service: what it needs outside its own folder is counted in a copy of the tree, and it is started and used there.

``tests/scaffold`` holds its files as they lie in the tree: ``services/echo-svc`` and its contracts. The edits below are the ones that
``docs/contributing.md`` names; the rest is written by commands.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from chassis.testing.client import bearer
from chassis.testing.waiting import eventually
from standing_parts import Kafka, Postgres
from standing_parts.issuer import Issuer
from standing_parts.part import tail
from standing_parts.ports import free_port
from standing_parts.process import Command, ServerProcess

from .architecture.source_tree import ROOT, files

pytestmark = pytest.mark.parts  # the first test starts no server, but takes as long as one that does

SCAFFOLD = Path(__file__).parent / "scaffold"
NAME, PACKAGE, PORT = "echo-svc", "echo_svc", 8105
OWN_FOLDER = Path("services") / NAME
FILES_MAX = 6

EDITS: dict[str, tuple[tuple[str, str], ...]] = {
    "shared/contracts/src/contracts/__init__.py": (
        ("import credit, customer, erp, notify, supplier", "import credit, customer, echo, erp, notify, supplier"),
        ('"notify-svc": notify}', '"notify-svc": notify, "echo-svc": echo}'),
        ("    *notify.EVENTS,\n", "    *notify.EVENTS,\n    *echo.EVENTS,\n"),
    ),
    "deploy/services.toml": (
        ("[notify-svc]\nport = 8104\n", f"[{NAME}]\nport = {PORT}\n\n[notify-svc]\nport = 8104\n"),
    ),
}
"""File → what is replaced in it by hand."""

COMMANDS = {
    "make deployment": ("-m", "standing.deployment"),
    "make golden": ("shared/contracts/tests/golden_files.py",),
    "make events": ("tests/docs/events_page.py",),
    "make events, its second part": ("tests/docs/asyncapi_files.py",),
    "make api": ("-m", "tests.api.documents"),
}
WRITTEN_BY_COMMANDS = {
    "deploy/compose.yaml",
    "deploy/watch/prometheus.yaml",
    "deploy/kubernetes/all/kustomization.yaml",
    "deploy/kubernetes/console/kustomization.yaml",
    f"deploy/kubernetes/{NAME}/kustomization.yaml",
    "shared/contracts/golden/echo.EchoHeard.v1.json",
    "shared/contracts/golden/echo.EchoHeard.v1.schema.json",
    "docs/events.md",
    "docs/asyncapi/echo-svc.json",
    "docs/asyncapi/notify-svc.json",
    "docs/asyncapi/standing.json",
    "docs/api/echo-svc.json",
}
RULES = (
    "tests/architecture", "tests/test_vocabulary.py", "tests/test_read_models.py", "tests/docs",
    "tests/deploy", "shared/contracts/tests/test_golden.py",
)  # fmt: skip
"""The tests that say what else a service must have; they run in the copy."""
RULES_WITHIN_S, ANSWERS_WITHIN_S = 500, 120


class Tree:
    """A copy of this tree in which commands find its own packages before the installed ones."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.before = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in files()}
        for name in self.before:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)

    @property
    def environment(self) -> dict[str, str]:
        sources = sorted(self.root.glob("*/*/src"))
        return {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, sources)),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def python(self, *arguments: str, within_s: float = 120) -> None:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=self.root, env=self.environment, capture_output=True, text=True, timeout=within_s
        )  # fmt: skip
        assert done.returncode == 0, f"python {' '.join(arguments)}:\n{done.stdout[-6000:]}{done.stderr[-3000:]}"

    def changed(self) -> set[str]:
        """The files outside the service's own folder that were not there or were others before."""
        after = {path.relative_to(self.root) for path in self.root.rglob("*") if path.is_file()}
        gone = {name for name in self.before if not (self.root / name).exists()}
        return gone | {
            path.as_posix()
            for path in after
            if OWN_FOLDER not in path.parents and self.before.get(path.as_posix()) != (self.root / path).read_bytes()
        }


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tree]:
    """The copy with the fifth service added by hand."""
    made = Tree(tmp_path_factory.mktemp("tree"))
    shutil.copytree(
        SCAFFOLD, made.root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "conftest.py")
    )
    for name, replacements in EDITS.items():
        path = made.root / name
        text = path.read_text(encoding="utf-8")
        for present, wanted in replacements:
            assert text.count(present) == 1, f"{name} has not exactly one {present!r}; mend EDITS."
            text = text.replace(present, wanted)
        path.write_text(text, encoding="utf-8")
    yield made
    shutil.rmtree(made.root, ignore_errors=True)


def test_a_fifth_service_names_itself_in_at_most_six_files_outside_its_folder(tree: Tree) -> None:
    by_hand = tree.changed()
    assert by_hand == {*EDITS, "shared/contracts/src/contracts/echo.py"}
    assert len(by_hand) <= FILES_MAX

    for arguments in COMMANDS.values():
        tree.python(*arguments)
    assert tree.changed() - by_hand == WRITTEN_BY_COMMANDS

    # Nothing else is missing: what the rules of the tree demand of any service, this one has.
    tree.python(
        "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", "not parts", *RULES, within_s=RULES_WITHIN_S
    )


async def test_a_fifth_service_runs_beside_the_others_and_answers(
    tree: Tree, postgres: Postgres, kafka: Kafka, issuer: Issuer, unique_prefix: str, tmp_path: Path
) -> None:
    database, port = unique_prefix.replace("-", "_") + PACKAGE, free_port()
    await postgres.create_database(database)
    environment = {
        **tree.environment,
        "STANDING_POSTGRES": postgres.dsn("").rstrip("/"),
        "STANDING_KAFKA": kafka.bootstrap,
        "STANDING_PARTITIONS": str(kafka.partitions),
        "STANDING_TOPIC_PREFIX": unique_prefix,
        "STANDING_PORT": str(port),
        "STANDING_AUTH_ISSUER": issuer.url,
    }
    log = tmp_path / "echo.log"
    process = ServerProcess(Command((sys.executable, "-m", PACKAGE), tmp_path, log, env=environment, grace_s=25))
    try:
        address = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=address, headers=bearer(), trust_env=False, timeout=60) as http:

            async def status(path: str) -> int:
                assert process.alive, f"{NAME} ended by itself. The end of its log:\n{tail(log)}"
                try:
                    return (await http.get(path)).status_code
                except httpx.TransportError:
                    return 0

            await eventually(lambda: status("/readyz"), lambda code: code == 200, within_s=ANSWERS_WITHIN_S)
            for key in ("first", "second", "second"):
                answer = await http.post(
                    "/v1/echoes", json={"echo_id": "E-1", "text": "hello"}, headers={"Idempotency-Key": key}
                )
                assert answer.status_code == 200, answer.text
                assert answer.json()["events"] == ["echo.EchoHeard"]
            refused = await http.post("/v1/echoes", json={"echo_id": "E-1", "text": "goodbye"})
            assert refused.status_code == 409, refused.text
            assert refused.json()["detail"] == "E-1 is the call hello; an echo of another text needs another id."

            async def times() -> int:
                answer = await http.get("/v1/echoes/E-1")
                return answer.json()["times"] if answer.status_code == 200 else 0

            assert await eventually(times, lambda heard: heard >= 2, within_s=ANSWERS_WITHIN_S) == 2
            assert (await http.get("/v1/echoes/E-1")).json() == {"echo_id": "E-1", "text": "hello", "times": 2}
            assert await eventually(
                lambda: _published(http), lambda positions: sum(positions.values()) == 2, within_s=ANSWERS_WITHIN_S
            ), "the relay published both events"
    finally:
        process.stop()
        await postgres.drop_database(database)


async def _published(http: httpx.AsyncClient) -> dict[str, int]:
    relay: dict[str, int] = (await http.get("/v1/admin/progress")).json()["relay"]
    return relay
