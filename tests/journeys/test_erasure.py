"""A person is erased: the name, e-mail and telephone of one contact are looked for in everything that an installation writes, before
and after, and in what an older backup brings back; all that is not about that person stays as it was."""

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import TopicPartition
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from rich.console import Console

from chassis.testing.facts import Fact, publish
from chassis.testing.waiting import eventually
from standing import seal as seals
from standing.backup import back_up
from standing.driver import Driver
from standing.facts.demo import demo
from standing.installation import Installation
from standing.kafka_rules import ERP
from standing.mirror import pages, reader
from standing.personal_keys import back_up_keys, read_keys
from standing.publisher import Publisher
from standing.restore import Persons, restore, topics_ahead
from standing.run import verify
from standing.sealed import seal_all, sealed_checks
from standing.services import ALL, Client
from standing.topics import ends
from standing_parts import run_program, start_postgres
from standing_parts.kafka import OPERATOR

from .conftest import running
from .state import final_state
from .test_backup import TOPICS, addresses, start_services, stop_services

WITHIN_S = 240
"""A busy machine has replicas wait for the leases of former ones."""
pytestmark = pytest.mark.parts
CUSTOMER = "customer-svc"
CANARIES = ("Canary Yellowbird", "canary.yellowbird@example.com", "+49 40 7770777")
OTHER = ("Bea Beside", "bea@example.com", "+49 40 1110111")
ANN, BEA = "contact:C-900/K-1", "contact:C-900/K-2"
FACTS = demo(days=4, scale=0.05).facts
SECRET = Ed25519PrivateKey.generate()
PUBLIC = SECRET.public_key().public_bytes_raw()


def contact(contact_id: str, texts: tuple[str, str, str]) -> dict[str, str]:
    return {"contact_id": contact_id, **dict(zip(("name", "email", "telephone"), texts, strict=True))}


REGISTRATION: dict[str, Any] = {
    "customer_id": "C-900", "name": "Nine Hundred", "owner_id": "chen", "registered_on": "2024-01-01",
    "contacts": [contact("K-1", CANARIES), contact("K-2", OTHER)],
}  # fmt: skip


ORDERS = "erp.orders"
NOTED = json.dumps({"order_id": "O-900", "customer_id": "C-900", "called_by": dict(zip("net", CANARIES, strict=True))})
CALLS = [
    Fact(ORDERS, "C-900", "call-1", "erp.OrderCancelled", NOTED.encode()),
    Fact(ORDERS, "C-901", "call-2", "erp.OrderCalledOff", NOTED.encode()),
    Fact(ORDERS, "C-902", "call-3", "erp.OrderCancelled", NOTED[:-3].encode()),
]
"""What the ERP should not have sent: a field that nobody knows, a type that nobody knows, JSON that breaks off."""


@contextmanager
def collector(file: Path) -> Iterator[str]:
    """Where traces are sent to; it writes all of them into a file as they come."""

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            with file.open("ab") as opened:
                opened.write(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()


class Asked:
    """Answers of the service to people, each with a token of its own; every answer without the right to open is written to a file."""

    def __init__(self, installation: Installation, exports: Path) -> None:
        assert installation.issuer is not None
        self._issuer, self._installation, self._exports = installation.issuer, installation, exports

    async def __call__(self, person: str, role: str, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._issuer.token(person, [role])}"}
        url = self._installation.client(CUSTOMER).base_url + path
        async with httpx.AsyncClient(trust_env=False, timeout=60, headers=headers) as http:
            answer = await http.request(method, url, json=body)
        assert answer.status_code == 200, answer.text
        return answer

    async def contacts(self, role: str = "administrator") -> dict[str, Any]:
        answer = await self("xie", role, "GET", "/v1/customers/C-900/file")
        return {each["contact_id"]: each for each in answer.json()["contacts"]}

    async def parked(self, role: str = "administrator") -> list[dict[str, Any]]:
        """The messages of the ERP about calls, as they are parked."""
        items = (await self("xie", role, "GET", "/v1/admin/parked?limit=500")).json()["items"]
        return [each for each in items if str(each["headers"].get("ce_id", "")).startswith("call-")]

    async def export(self) -> None:
        """What somebody sees and takes away who may see customers, and not open what is sealed."""
        for path in (
            "/v1/files?limit=500",
            "/v1/customers/C-900/file",
            "/v1/customers?limit=500",
            "/v1/log?partition=0&after=0",
            "/v1/admin/parked?limit=500",
        ):
            answer = await self("luo", "auditor", "GET", path)
            with self._exports.open("ab") as file:
                file.write(answer.content)

    async def erase(self, subject: str) -> dict[str, Any]:
        body = {"subject": subject, "reason": "letter of 3 May"}
        proposed = await self("xie", "administrator", "POST", "/v1/personal/erasures", body)
        erasure = proposed.json()["erasure_id"].replace("/", "%2F")
        approved = await self("tao", "administrator", "POST", f"/v1/personal/erasures/{erasure}/approval")
        answer: dict[str, Any] = approved.json()
        return answer


async def records(installation: Installation) -> dict[str, bytes]:
    """Keys, values and headers of all topics."""
    bootstrap, security = installation.kafka.bootstrap, installation.kafka.security_of(OPERATOR)
    found: dict[str, bytes] = {}
    async with reader(bootstrap, security) as consumer:
        for topic, until in (await ends(bootstrap, security, sorted(await consumer.topics()))).items():
            content = b""
            for partition, end in until.items():
                tp = TopicPartition(topic, partition)
                start = (await consumer.beginning_offsets([tp]))[tp]
                async for page in pages(consumer, tp, start, end):
                    taken: list[Any] = list(page)
                    content += b"".join(
                        (each.key or b"") + (each.value or b"") + repr(each.headers).encode() for each in taken
                    )
            found[f"topic {topic}"] = content
    return found


async def written(installation: Installation, folder: Path) -> dict[str, bytes]:
    """Everything that stands somewhere: databases, topics, logs, traces and exports, by what it is."""
    found: dict[str, bytes] = {}
    for service, url in addresses(installation).items():
        script = folder / f"{service}.sql"
        await asyncio.to_thread(run_program, "pg_dump", url, "--format=plain", f"--file={script}")
        found[f"database of {service}"] = script.read_bytes()
    found |= await records(installation)
    for file in [*installation.home.glob("*.log"), *folder.glob("*.otlp"), *folder.glob("*.export")]:
        found[f"file {file.name}"] = file.read_bytes()
    return found


def look_for(canaries: tuple[str, ...], found: dict[str, bytes]) -> None:
    assert {
        "database of customer-svc",
        "topic customer.events",
        "file customer-svc.log",
        "file traces.otlp",
        "file all.export",
    } <= set(found)
    for where, content in found.items():
        if where == f"topic {ORDERS}":  # of the ERP, which answers for what it writes there
            continue
        for canary in canaries:
            for form in (canary, canary.encode("ascii").hex(), re.sub(r"\D", "", canary) or canary):
                assert form.encode() not in content, f"{canary} stands in the {where}"


async def test_somebody_who_is_erased_is_found_nowhere_and_an_older_backup_has_them_erased_again(
    tmp_path: Path, console: Console
) -> None:
    seal_key, sealed = tmp_path / "seal.key", tmp_path / "seals"
    seals.new_key(seal_key)
    with collector(tmp_path / "traces.otlp") as endpoint:
        async with running(
            tmp_path / "home", OTEL_EXPORTER_OTLP_ENDPOINT=endpoint, OTEL_BSP_SCHEDULE_DELAY="200"
        ) as installation:
            asked = Asked(installation, tmp_path / "all.export")
            publisher = Publisher(installation.kafka.bootstrap, installation.kafka.security_of(ERP))
            await publisher.start()
            await Driver(installation.clients, publisher).run(FACTS, FACTS[-1].time)
            await publisher.stop()
            await asked("xie", "administrator", "POST", "/v1/customers", REGISTRATION)
            await publish(installation.kafka.bootstrap, CALLS, security=installation.kafka.security_of(ERP))
            calls = await eventually(asked.parked, lambda rows: len(rows) == len(CALLS), within_s=WITHIN_S)
            assert all(CANARIES[0] in each["value"] for each in calls)
            await quiet(installation)
            assert (await asked.contacts())["K-1"]["email"] == CANARIES[1]
            await asked.export()
            look_for((*CANARIES, *OTHER), await written(installation, tmp_path))

            before, sealed_before = await final_state(installation), await asked.contacts("auditor")
            await back_up(addresses(installation), tmp_path / "monday", print, SECRET)
            monday, _ = await back_up_keys(addresses(installation), tmp_path / "monday.json", SECRET)
            await seal_all(addresses(installation), sealed, seal_key)

            erased = await asked.erase(ANN)
            assert (erased["status"], erased["unreachable_events"]) == ("erased", [])
            for each in calls:
                [itself] = each["sealed_subjects"]
                await asked.erase(itself)
            assert [each["lost_subjects"] for each in await asked.parked()] == [
                each["sealed_subjects"] for each in calls
            ]
            await quiet(installation)
            await _gone(asked, sealed_before)
            await asked.export()
            look_for(CANARIES, await written(installation, tmp_path))
            assert await final_state(installation) == before, "debts, grades and sums stay"
            assert await verify(installation, console)
            checks = [check async for check in sealed_checks(addresses(installation), sealed, None)]
            assert all(check.ok for check in checks), checks

            if not installation.kafka.real:
                pytest.skip(
                    "the rest needs a real broker: members of the mock cluster's groups come back after minutes"
                )
            tuesday, _ = await back_up_keys(addresses(installation), tmp_path / "tuesday.json", SECRET)
            said = await _restored(installation, tmp_path, [monday, tuesday])
            [again] = [
                line for line in said if line.startswith(f"{CUSTOMER}: erased after the backup, and so erased again: ")
            ]
            assert {ANN, *(each["sealed_subjects"][0] for each in calls)} == set(
                again.partition("again: ")[2].split(", ")
            )
            await start_services(installation)
            for client in installation.clients:
                await client.get("/livez")
            await quiet(installation)
            await ready(installation)
            await _gone(asked, sealed_before)
            look_for(CANARIES, await written(installation, tmp_path))
            assert await final_state(installation) == before
            assert await verify(installation, console)


async def quiet(installation: Installation) -> None:
    """Every service has read what customer-svc wrote; one that was restored waits first, until logs and topics are compared."""
    heads = (await installation.client(CUSTOMER).progress())["heads"]
    topic = installation.client(CUSTOMER).service.topic

    async def at_rest(client: Client) -> bool:
        own = any(source.topic == topic for source in client.service.sources)
        reading = await client.settled({topic: heads} if own else {})
        return bool(reading["reached"] and reading["quiet"])

    for client in installation.clients:
        await eventually(partial(at_rest, client), bool, within_s=WITHIN_S)


async def ready(installation: Installation) -> None:
    """Logs and topics are compared, and writes are taken again."""

    async def answer(client: Client) -> int:
        return (await installation.http.get(f"{client.base_url}/readyz")).status_code

    for client in installation.clients:
        await eventually(partial(answer, client), lambda status: status == 200, within_s=WITHIN_S)


async def _gone(asked: Asked, sealed_before: dict[str, Any]) -> None:
    """The erased contact has no texts any more, whoever looks; the other one is as it was, byte for byte."""
    shown = await asked.contacts()
    assert [shown["K-1"][name] for name in ("name", "email", "telephone")] == [None, None, None]
    assert [shown["K-2"][name] for name in ("name", "email", "telephone")] == list(OTHER)
    assert await asked.contacts("auditor") == sealed_before
    items = [sealed_before["K-1"]["name"], sealed_before["K-2"]["name"]]
    opened = (await asked("xie", "administrator", "POST", "/v1/personal/openings", {"items": items})).json()["items"]
    assert [(each["text"], each["cause"]) for each in opened] == [(None, "erased"), (OTHER[0], None)]


async def _restored(installation: Installation, folder: Path, keys: list[Path]) -> list[str]:
    """The backup of before in a cluster of its own, in place of the installation's; what was said."""
    await stop_services(installation)
    old, said = installation.postgres, list[str]()
    cluster = folder / "second"
    cluster.mkdir()
    installation.postgres = await asyncio.to_thread(start_postgres, cluster, print)
    await asyncio.to_thread(old.discard)
    persons = Persons(read_keys(keys, PUBLIC))
    await restore(folder / "monday", addresses(installation), TOPICS, False, said.append, PUBLIC, persons=persons)
    services = {service.name: (service.topic, installation.dsn(service.name)) for service in ALL}
    kafka = installation.kafka
    assert await topics_ahead(kafka.bootstrap, kafka.security, services) == [], "the erasure is the same event again"
    return said
