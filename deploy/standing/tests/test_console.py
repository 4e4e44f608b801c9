"""The console of a home: which program it is at the issuer, and why there may be none."""

from pathlib import Path

import httpx
import pytest

from chassis.testing.waiting import eventually
from standing.console import CLIENT_ID, NAME, client_at, start_console, why_not
from standing.issuing import start_issuer
from standing_parts.ports import free_port

START_S = 300.0


@pytest.fixture(autouse=True)
def _no_issuer_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STANDING_AUTH_ISSUER", "STANDING_AUTH", CLIENT_ID):
        monkeypatch.delenv(name, raising=False)


async def test_the_console_of_a_home_signs_people_in_at_its_issuer(tmp_path: Path) -> None:
    port = free_port()
    issuer = start_issuer(tmp_path, print, clients=[client_at(port)])
    assert issuer is not None
    console = start_console(tmp_path, port, {"some-svc": 9}, issuer)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:

            async def begun() -> httpx.Response | None:
                assert console.alive, (tmp_path / "console.log").read_text()
                try:
                    return await http.get("/overview")
                except httpx.TransportError:
                    return None

            answer = await eventually(begun, lambda found: found is not None, START_S)
            assert answer is not None
            assert answer.headers["location"] == "/login?to=/overview"
            to_issuer = (await http.get("/login")).headers["location"]
            assert to_issuer.startswith(f"{issuer.url}/authorize?")
            assert "code_challenge_method=S256" in to_issuer
            assert f"<strong>{NAME}</strong> wants to know" in (await http.get(to_issuer)).text
    finally:
        console.stop()
        issuer.stop()


def test_without_an_issuer_or_a_client_of_its_own_there_is_no_console_and_a_sentence_why() -> None:
    elsewhere = {"STANDING_AUTH_ISSUER": "https://issuer.example"}
    assert "there is none" in (why_not(None, {}) or "")
    assert CLIENT_ID in (why_not(None, elsewhere) or "")
    assert why_not(None, {**elsewhere, CLIENT_ID: "console"}) is None
