"""kill −9 in the middle of a delivery: never a loss, and at most one repeat, which the receiver can recognise."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient, HTTPError
from standardwebhooks import Webhook

from chassis.settings import Settings
from chassis.testing.client import bearer
from chassis.testing.waiting import eventually
from standing_parts import Postgres
from standing_parts.ports import free_port

from .receivers import Postbox, Received, http_receiver, mail_server

BEGIN = datetime.fromisoformat("2024-02-01T02:00:00+00:00")


@dataclass
class Process:
    """notify-svc as a process of its own, which may die at any moment; its database and its time outlive it."""

    settings: Settings
    environment: dict[str, str]
    port: int
    process: asyncio.subprocess.Process | None = None

    @property
    def http(self) -> AsyncClient:
        return AsyncClient(base_url=f"http://127.0.0.1:{self.port}", headers=bearer(), timeout=30)

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "notify_svc", env={**os.environ, **self.environment}
        )
        await eventually(self._answers, bool, within_s=180)

    async def kill(self) -> None:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        async with self.http as client:
            answer = await client.request(method, path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    async def move_to(self, instant: datetime) -> None:
        """Everything that is due until then happens, each thing at its own instant."""
        while True:
            reading = await self.ask("POST", "/v1/admin/settled", {"within_s": 30})
            assert reading["quiet"], reading
            upcoming = reading["next_due"] and datetime.fromisoformat(reading["next_due"])
            await self.ask("POST", "/v1/admin/clock", {"now": min(upcoming or instant, instant).isoformat()})
            if upcoming is None or upcoming > instant:
                await self.ask("POST", "/v1/admin/settled", {"within_s": 30})
                return

    async def _answers(self) -> bool:
        try:
            async with self.http as client:
                return (await client.get("/readyz")).status_code == 200
        except HTTPError:
            return False


@pytest.fixture
async def process(postgres: Postgres, settings: Settings, outside: str, smtp_port: int) -> AsyncIterator[Process]:
    await postgres.create_database(settings.topic_prefix.replace("-", "_") + "notify_svc")
    port = free_port()
    environment = {
        "STANDING_POSTGRES": settings.postgres.get_secret_value(),
        "STANDING_KAFKA": settings.kafka,
        "STANDING_PARTITIONS": str(settings.partitions),
        "STANDING_TOPIC_PREFIX": settings.topic_prefix,
        "STANDING_CLOCK": "simulated",
        "STANDING_AUTH_ISSUER": str(settings.auth_issuer),
        "STANDING_WRAPPING_KEYS": ",".join(settings.wrapping()),
        "STANDING_PORT": str(port),
    }
    one = Process(settings, environment, port)
    try:
        await one.start()
        await one.ask("POST", "/v1/admin/clock", {"now": BEGIN.isoformat()})
        yield one
    finally:
        await one.kill()


@asynccontextmanager
async def silent_server(port: int) -> AsyncIterator[asyncio.Event]:
    """Takes connections and says nothing: whoever wants to send a mail has not begun."""
    connected, done = asyncio.Event(), asyncio.Event()

    async def hold(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set()
        await done.wait()
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", port)
    try:
        yield connected
    finally:
        done.set()
        server.close()


async def test_killed_between_sending_and_recording_the_receiver_gets_one_repeat_with_the_same_id(
    process: Process,
) -> None:
    dead = asyncio.Event()

    async def hold_the_first(got: Received, writer: asyncio.StreamWriter) -> None:
        await dead.wait()
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            await writer.drain()

    async with http_receiver(hold_the_first) as receiver:
        told = await process.ask(
            "POST", "/v1/endpoints", {"recipient": "system:bi", "channel": "webhook", "url": receiver.url()}
        )
        sent = await process.ask(
            "POST",
            "/v1/test-sends",
            {"template": "payment-overdue", "recipient": "system:bi", "channels": ["webhook"]},
        )
        await eventually(receiver.count, lambda count: count == 1)
        await process.kill()
        dead.set()
        await process.start()
        await process.move_to(BEGIN + timedelta(hours=1))
        assert [got.headers["webhook-id"] for got in receiver.received] == [sent["notification_id"]] * 2
        for got in receiver.received:
            Webhook(told["secret"]).verify(got.body, got.headers)
        notice = await process.ask("GET", f"/v1/notifications/{sent['notification_id']}")
        assert notice["status"] == "sent"
        assert notice["attempts"][0]["error"].startswith(
            "No outcome of this attempt was recorded by 2024-02-01 02:02:00"
        )
        assert len(notice["attempts"]) == 2


async def test_killed_between_lease_and_sending_the_mail_arrives_once(process: Process, smtp_port: int) -> None:
    async with silent_server(smtp_port) as connected:
        sent = await process.ask(
            "POST", "/v1/test-sends", {"template": "payment-overdue", "recipient": "person:a", "channels": ["email"]}
        )
        async with asyncio.timeout(30):
            await connected.wait()
        await process.kill()
    box = Postbox()
    with mail_server(box, smtp_port):
        await process.start()
        await process.move_to(BEGIN + timedelta(hours=1))
        assert [letter["Message-ID"] for letter in box.letters] == [f"<{sent['notification_id']}@standing>"]
        assert (await process.ask("GET", f"/v1/notifications/{sent['notification_id']}"))["status"] == "sent"
