"""HTTP over TLS with the certificate that is named, and the caller's address from a proxy that is named."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from pydantic import SecretStr, ValidationError

from chassis.errors import UsageError
from chassis.http.tls import server_options
from chassis.inbox.feed import FeedClient, FeedUnreachable
from chassis.main import SERVER_OPTIONS
from chassis.settings import Settings
from chassis.testing.serving import listening
from chassis.testing.waiting import eventually
from standing_parts.certificates import Authority, Certificate

from .running import Start
from .toy_api import OPEN_JAR_SERVICE

SPOOFED = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "Standing test CA")


@pytest.fixture
def certificate(authority: Authority) -> Certificate:
    return authority.sign("server", ("127.0.0.1",))


def settings_with(**changes: Any) -> Settings:
    return Settings(postgres=SecretStr("postgresql://u@h"), kafka="none:9092", auth="off", **changes)


def trusting(authority: Authority) -> httpx.AsyncClient:
    return httpx.AsyncClient(verify=ssl.create_default_context(cafile=authority.file), trust_env=False)


async def seen(scope: Any, receive: Any, send: Any) -> None:
    """An app that answers with what it is told of its caller."""
    body = f"{scope['scheme']} {scope['client'][0]}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def server_of(settings: Settings) -> AsyncIterator[str]:
    """The app behind the server of a deployment with these settings; yields its URL."""
    options = {**SERVER_OPTIONS, **server_options(settings)}
    config = uvicorn.Config(seen, host="127.0.0.1", port=0, lifespan="off", **options)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())

    async def port() -> int:
        return int(server.servers[0].sockets[0].getsockname()[1]) if server.started else 0

    try:
        yield f"{'https' if config.is_ssl else 'http'}://127.0.0.1:{await eventually(port, bool)}"
    finally:
        server.should_exit = True
        await serving


async def test_a_service_is_served_by_tls_and_its_feed_is_read_by_whoever_trusts_its_ca(
    start_service: Start, authority: Authority, certificate: Certificate, tmp_path: Path
) -> None:
    jars = await start_service(
        OPEN_JAR_SERVICE,
        roles=frozenset({"http"}),
        auth="off",
        tls_cert_file=certificate.cert,
        tls_key_file=certificate.key,
    )
    (tmp_path / "other").mkdir()
    async with (
        listening(jars) as url,
        trusting(authority) as client,
        trusting(Authority(tmp_path / "other", "Other")) as stranger,
    ):
        assert url.startswith("https://")
        assert (await client.get(f"{url}/livez")).json() == {"status": "alive"}
        with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
            await stranger.get(f"{url}/livez")
        with pytest.raises(httpx.TransportError):
            await client.get(f"{url.replace('https', 'http')}/livez")
        doubting = FeedClient({"jar-svc": url})
        with pytest.raises(FeedUnreachable, match="certificate verify failed"):
            await doubting.places("jar-svc", {0: 1})
        await doubting.close()
        believing = FeedClient({"jar-svc": url}, authority.file)
        heads, _ = await believing.places("jar-svc", {0: 1})
        assert heads[0] == 0
        await believing.close()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
async def test_versions_of_tls_that_are_broken_are_refused(
    authority: Authority, certificate: Certificate, version: ssl.TLSVersion
) -> None:
    context = ssl.create_default_context(cafile=authority.file)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="deprecated"):
        context.minimum_version = context.maximum_version = version
    served = settings_with(tls_cert_file=certificate.cert, tls_key_file=certificate.key)
    async with server_of(served) as url, httpx.AsyncClient(verify=context, trust_env=False) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(url)


async def test_a_renewed_certificate_is_served_without_a_restart_and_half_a_one_is_not(
    authority: Authority, certificate: Certificate, tmp_path: Path
) -> None:
    (tmp_path / "new").mkdir()
    renewed_by = Authority(tmp_path / "new", "The next CA")
    renewed = renewed_by.sign("server", ("127.0.0.1",))
    async with server_of(settings_with(tls_cert_file=certificate.cert, tls_key_file=certificate.key)) as url:

        async def reached(by: Authority) -> bool:
            async with trusting(by) as client:
                with contextlib.suppress(httpx.ConnectError):
                    return (await client.get(url)).text == "https 127.0.0.1"
            return False

        assert await reached(authority)
        certificate.cert.write_bytes(renewed.cert.read_bytes())
        assert await reached(authority), "its key is not there yet"
        certificate.key.write_bytes(renewed.key.read_bytes())
        assert await reached(renewed_by)
        assert not await reached(authority)


async def test_nobodys_word_for_the_caller_is_taken_unless_a_proxy_is_named() -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        async with server_of(settings_with()) as url:
            assert (await client.get(url, headers=SPOOFED)).text == "http 127.0.0.1"
        async with server_of(settings_with(proxies="10.0.0.0/8,192.0.2.1")) as url:
            assert (await client.get(url, headers=SPOOFED)).text == "http 127.0.0.1"
        async with server_of(settings_with(proxies="10.0.0.0/8, 127.0.0.1")) as url:
            assert (await client.get(url, headers=SPOOFED)).text == "https 203.0.113.7"
            chain = SPOOFED | {"X-Forwarded-For": "198.51.100.1, 203.0.113.7, 10.1.2.3"}
            assert (await client.get(url, headers=chain)).text == "https 203.0.113.7", (
                "the last that no proxy of ours is"
            )


async def test_the_environment_of_uvicorn_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    async with server_of(settings_with()) as url, httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(url, headers=SPOOFED)).text == "http 127.0.0.1"


def test_proxies_are_named_and_a_certificate_comes_with_its_key(certificate: Certificate, authority: Authority) -> None:
    with pytest.raises(ValidationError, match="name addresses or networks"):
        settings_with(proxies="*")
    with pytest.raises(ValidationError, match="belong together: set both, or none"):
        settings_with(tls_cert_file=certificate.cert)
    others = authority.sign("others")
    with pytest.raises(UsageError, match=r"serve no TLS: .*Name a certificate and its own key"):
        server_options(settings_with(tls_cert_file=certificate.cert, tls_key_file=others.key))
    with pytest.raises(UsageError, match="No such file or directory"):
        server_options(settings_with(tls_cert_file=Path("/none"), tls_key_file=others.key))
