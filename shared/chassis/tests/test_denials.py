"""Who is refused is counted without a name, and named where it happens in a burst."""

from typing import Any

import structlog
from prometheus_client import REGISTRY

from chassis.denials import BURST, CALLERS_MAX, SHOWN_S, WITHIN_S, Denials
from chassis.testing.client import app_of, client_of
from chassis.testing.waiting import eventually
from standing_parts.issuer import Issuer

from .running import Start
from .toy_api import OPEN_JAR_SERVICE


class Time:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def counted(**labels: str) -> float:
    return REGISTRY.get_sample_value("standing_denied_total", labels) or 0.0


def test_a_burst_of_one_caller_is_said_once_and_shown_for_a_while() -> None:
    time = Time()
    denials = Denials("jar-svc", time)
    with structlog.testing.capture_logs() as logged:
        for _ in range(BURST - 1):
            denials.note("mallory", "jars.write", "no-right")
        assert (denials.notices(), logged) == ({}, [])
        denials.note("mallory", "jars.write", "no-right")
        denials.note("mallory", "jars.read", "no-right")
    assert list(denials.notices()) == ["caller mallory"]
    assert [(line["event"], line["caller"], line["right"]) for line in logged] == [
        ("refused in a burst", "mallory", "jars.write")
    ]
    time.now += SHOWN_S
    assert denials.notices() == {}


def test_refusals_that_are_spread_out_or_of_many_callers_are_no_burst() -> None:
    time = Time()
    denials = Denials("jar-svc", time)
    for n in range(5 * BURST):
        denials.note("a clumsy program", "jars.write", "no-right")
        denials.note(f"caller-{n}", "jars.write", "no-right")
        time.now += WITHIN_S / (BURST - 2)
    assert denials.notices() == {}


def test_callers_without_end_take_no_memory_without_end() -> None:
    denials = Denials("jar-svc", Time())
    for n in range(CALLERS_MAX + 500):
        for _ in range(BURST):
            denials.note(f"caller-{n}", "", "no-token")
    assert (len(denials._recent), len(denials.notices())) == (CALLERS_MAX, CALLERS_MAX)


async def test_refusals_by_token_by_right_and_by_name_are_counted_and_a_burst_is_in_readyz(
    start_service: Start, issuer: Issuer
) -> None:
    jars = await start_service(OPEN_JAR_SERVICE, roles=frozenset({"http"}))
    app = app_of(jars)
    kinds: dict[str, dict[str, Any]] = {
        "no-token": {"right": "", "token": ""},
        "token-not-accepted": {"right": "", "token": issuer.token("eve", ["operator"], lifetime_s=-600)},
        "not-in-that-name": {"right": "", "token": issuer.token("eve", ["administrator"]), "actor": "bob"},
        "no-right": {"right": "jars.read", "token": issuer.token("mallory", ["nobody"])},
    }
    for code, kind in kinds.items():
        before = counted(service="jar-svc", right=kind["right"], code=code)
        headers = {"X-Actor": kind["actor"]} if "actor" in kind else {}
        async with client_of(app, headers, token=kind["token"]) as client:
            assert (await client.get("/v1/jars")).status_code in (401, 403)
            assert (await client.get("/livez")).status_code == 200, "what is open is no refusal"
        assert counted(service="jar-svc", right=kind["right"], code=code) - before == 1, code
    async with client_of(app, token=kinds["no-right"]["token"]) as client:
        for _ in range(BURST):
            await client.get("/v1/jars")
    async with client_of(app) as client:

        async def warned() -> list[str]:
            warnings = (await client.get("/readyz")).json()["warnings"]
            return [each for each in warnings if each.startswith("caller mallory: was refused 20 times or more")]

        assert await eventually(warned, bool)
        assert "mallory" not in (await client.get("/metrics")).text
