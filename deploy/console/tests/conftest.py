"""A console beside a real local issuer, and a browser without a screen that signs in there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from fastapi import FastAPI

from standing_console.app import console_app
from standing_console.settings import ConsoleSettings
from standing_parts.issuer import Client, Issuer, Person

from .installed import address, chromium, installation
from .invented import Invented, a_year_of_dunning

__all__ = ["address", "chromium", "installation"]

URL = "https://console.example"
HOSTILE = "<script>alert(1)</script>"
PEOPLE = (
    Person("tang", "Tang Bo", ("operator",)),
    Person("eve", HOSTILE, ("operator",)),
)


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    client = Client("console", redirect_uris=(f"{URL}/callback",), post_logout_redirect_uris=(f"{URL}/signed-out",))
    started = Issuer.start(tmp_path_factory.mktemp("issuer"), PEOPLE, [client])
    yield started
    started.stop()


@pytest.fixture
async def silent() -> AsyncIterator[str]:
    """The address of a service that takes what is sent and never answers."""
    waiting = asyncio.Event()

    async def wait(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await waiting.wait()
        writer.close()

    server = await asyncio.start_server(wait, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    waiting.set()
    server.close()


@pytest.fixture
async def broken() -> AsyncIterator[str]:
    """The address of a service that answers 500 to whatever it is asked."""

    async def fail(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 4\r\nconnection: close\r\n\r\noops")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(fail, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


@pytest.fixture
async def visitor(issuer: Issuer, silent: str, broken: str) -> AsyncIterator[Visitor]:
    """Nobody yet, before a console whose services are away (``gone-svc``), silent (``slow-svc``) and faulty (``broken-svc``)."""
    settings = ConsoleSettings(
        auth_issuer=issuer.url,
        peers={"gone-svc": "http://127.0.0.1:9", "slow-svc": silent, "broken-svc": broken},
        url=URL,
        client_secret_file=issuer.secret_file("console"),
    )
    outside = httpx.AsyncClient(trust_env=False)
    transport = httpx.ASGITransport(app=console_app(settings, outside), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=URL) as inside, outside:
        yield Visitor(issuer, inside, outside)


@pytest.fixture
async def services() -> dict[str, Invented]:
    """Services that a test may change before it looks."""
    return a_year_of_dunning()


@pytest.fixture
async def operator(issuer: Issuer, services: dict[str, Invented]) -> AsyncIterator[Visitor]:
    """Signed in, before a console of invented services, one that is away, and a trace viewer."""
    settings = ConsoleSettings(
        auth_issuer=issuer.url,
        peers={**{name: f"http://{name}" for name in services}, "gone-svc": "http://127.0.0.1:9"},
        url=URL,
        client_secret_file=issuer.secret_file("console"),
        traces="https://traces.example/trace/{trace_id}?span={span_id}",
    )
    mounts = {f"http://{name}": httpx.ASGITransport(app=each.app) for name, each in services.items()}
    outside = httpx.AsyncClient(trust_env=False, mounts=mounts)
    transport = httpx.ASGITransport(app=console_app(settings, outside), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=URL) as inside, outside:
        visitor = Visitor(issuer, inside, outside)
        await visitor.sign_in()
        yield visitor


class Visitor:
    """A browser: ``inside`` speaks with the console and has its cookies, ``outside`` with everybody else."""

    def __init__(self, issuer: Issuer, inside: httpx.AsyncClient, outside: httpx.AsyncClient) -> None:
        self.issuer, self.inside, self.outside = issuer, inside, outside
        self.seen: list[str] = []

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return self._saw(await self.inside.get(path, headers={"Sec-Fetch-Site": "same-origin", **headers}))

    async def post(self, path: str, form: dict[str, str], **headers: str) -> httpx.Response:
        given = {
            "Sec-Fetch-Site": "same-origin",
            "Origin": URL,
            **{name.replace("_", "-"): v for name, v in headers.items()},
        }
        return self._saw(await self.inside.post(path, data=form, headers={k: v for k, v in given.items() if v}))

    async def code_for(self, person: str, to: str = "/overview") -> str:
        """The address of the callback to which the issuer sends the browser."""
        begun = await self.get(f"/login?to={to}")
        assert begun.status_code == 303, begun.text
        parameters = dict(parse_qsl(urlsplit(begun.headers["location"]).query))
        signed_in = await self.outside.post(
            f"{self.issuer.url}/sign-in",
            data={**parameters, "person": person},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        assert signed_in.status_code == 303, signed_in.text
        return str(signed_in.headers["location"]).removeprefix(URL)

    async def sign_in(self, person: str = "tang", to: str = "/overview") -> httpx.Response:
        return await self.get(await self.code_for(person, to))

    async def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', (await self.get("/overview")).text)
        assert found is not None
        return unescape(found[1])

    def _saw(self, response: httpx.Response) -> httpx.Response:
        self.seen += [response.text, *response.headers.values()]
        return response


@asynccontextmanager
async def visiting(issuer: Issuer, invented: Mapping[str, FastAPI]) -> AsyncIterator[Visitor]:
    """Tang, signed in before a console whose services are invented ones, by their names."""
    addresses = {service: f"http://{service}.example" for service in invented}
    settings = ConsoleSettings(
        auth_issuer=issuer.url, peers=addresses, url=URL, client_secret_file=issuer.secret_file("console")
    )
    mounts = {addresses[service]: httpx.ASGITransport(app=app) for service, app in invented.items()}
    outside = httpx.AsyncClient(trust_env=False, mounts=mounts)
    transport = httpx.ASGITransport(app=console_app(settings, outside), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=URL) as inside, outside:
        visitor = Visitor(issuer, inside, outside)
        await visitor.sign_in()
        yield visitor


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where pictures of screens are left for whoever wants to look at them."""
    folder = Path(__file__).parents[3] / "build" / "console"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
