"""A running service, a mail server and HTTP receivers for the tests that need real ones."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime

import pytest

from chassis.runtime import Runtime
from notify_svc.service import SERVICE
from standing_parts.ports import free_port

from .receivers import Postbox, Receiver, http_receiver, mail_server
from .running import Running

MORNING = datetime(2024, 2, 1, 2, tzinfo=UTC)


@pytest.fixture
def smtp_port(monkeypatch: pytest.MonkeyPatch) -> int:
    """Where this deployment's mail server is, when it is there."""
    port = free_port()
    monkeypatch.setenv("NOTIFY_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("NOTIFY_SMTP_PORT", str(port))
    monkeypatch.setenv("NOTIFY_SMTP_FROM", "quality@example.org")
    return port


@pytest.fixture
def postbox(smtp_port: int) -> Iterator[Postbox]:
    """A mail server that this deployment uses."""
    box = Postbox()
    with mail_server(box, smtp_port):
        yield box


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> str:
    """A deployment that may call this machine, and has no key of endpoints of before; the networks that it may call."""
    networks = "127.0.0.0/8"
    monkeypatch.delenv("NOTIFY_SECRET_KEYS", raising=False)
    monkeypatch.setenv("NOTIFY_ALLOWED_NETWORKS", networks)
    return networks


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with http_receiver() as one:
        yield one


@pytest.fixture
async def service(start_service: Callable[..., Awaitable[Runtime]], monkeypatch: pytest.MonkeyPatch) -> Running:
    """notify-svc on the first of February 2024 at ten in the morning in Shanghai, in simulated time."""
    running = Running(await start_service(SERVICE))
    await running.move_to(MORNING)
    return running
