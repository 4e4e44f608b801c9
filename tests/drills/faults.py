"""The faults: each is injected into a running site, lasts, and is lifted. What heals is not their business.

A fault returns whether it struck: a named point that was not passed in time is told as missed, never as injected. What cannot be
injected where a drill runs raises NotHere.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

import asyncpg
import httpx

from chassis.processors.leadership import FROZEN_AFTER_S
from standing.services import ALL

from .replicas import SESSION_S, Replica, Site
from .schedule import Strike

OWN_WITHIN_S, POINT_WITHIN_S = 0.1, 8.0
POLL_S, DISARMED_S = 0.02, 0.2


class NotHere(Exception):
    """A fault that cannot be injected into the parts that run here; the message says why."""


Inject = Callable[[Site, Strike], Awaitable[bool]]


def whom(site: Site, strike: Strike) -> Replica:
    return site.of(ALL[strike.service])[strike.replica - 1]


async def killed(site: Site, strike: Strike) -> bool:
    """kill −9, and a new process after a while."""
    replica = whom(site, strike)
    await asyncio.to_thread(replica.kill)
    site.begin_later(replica, strike.seconds)
    return True


def killed_at(point: str, rebuild: bool = False) -> Inject:
    """A process ends at a named point of its code: one of the struck service, or where none passes there, of any other."""

    async def inject(site: Site, strike: Strike) -> bool:
        own, every = site.of(ALL[strike.service]), site.replicas
        # A timer is over at once, so all are armed for it from the start.
        for replicas in (every,) if point == "acting" else (own, every):
            for replica in replicas:
                replica.arm(f"{point} {strike.passes}")
            if rebuild:
                await _rebuild(site, strike, everywhere=True)
            died = await _died(every, OWN_WITHIN_S if replicas is own else POINT_WITHIN_S)
            if died:
                break
        for replica in every:
            replica.arm("")
        await asyncio.sleep(DISARMED_S)
        for replica in every:  # more than one may have come to the point before they were disarmed
            if not replica.alive:
                site.begin_later(replica, strike.seconds)
        return bool(died)

    return inject


async def frozen(site: Site, strike: Strike) -> bool:
    """SIGSTOP for longer than the session timeout, half the time also longer than its locks are kept, then SIGCONT: a process that
    believes it still owns what others own by now."""
    replica = whom(site, strike)
    replica.freeze()
    await asyncio.sleep(3 + (FROZEN_AFTER_S if strike.partition % 2 else SESSION_S))
    replica.thaw()
    return True


async def leaves(site: Site, strike: Strike) -> bool:
    """A replica is taken away in good order and comes back: partitions are reassigned twice under load."""
    replica = whom(site, strike)
    await asyncio.to_thread(replica.stop)
    site.begin_later(replica, strike.seconds)
    return True


def behaves(point: str, seconds: float) -> Inject:
    """A replica behaves badly for some seconds."""

    async def inject(site: Site, strike: Strike) -> bool:
        whom(site, strike).arm(point)
        await asyncio.sleep(seconds)
        whom(site, strike).arm("")
        return True

    return inject


async def clock_jumps(site: Site, strike: Strike) -> bool:
    """One replica's clocks go back by two days, come right, go back to where clocks begin, come right, and go ahead by a minute."""
    for off in ("clock -172800", "", f"clock -{time.time():.0f}", "", "clock 60"):
        whom(site, strike).arm(off)
        await asyncio.sleep(strike.seconds)
    whom(site, strike).arm("")
    return True


async def postgres_restarted(site: Site, strike: Strike) -> bool:
    await asyncio.to_thread(site.postgres.restart)
    return True


async def postgres_killed(site: Site, strike: Strike) -> bool:
    await asyncio.to_thread(site.postgres.kill)
    await asyncio.sleep(strike.seconds)
    await asyncio.to_thread(site.postgres.restart)
    return True


async def connections_cut(site: Site, _: Strike) -> bool:
    """Every connection of every service ends at once."""
    await _ask(site, _CUT)
    return True


_CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> 'drill'"


async def statements_time_out(site: Site, strike: Strike) -> bool:
    """One service's statements are given 2 ms each, until they are not."""
    database = ALL[strike.service].database
    await _ask(site, f"ALTER DATABASE {database} SET statement_timeout = '2ms'", _CUT)
    await asyncio.sleep(2 + strike.seconds)
    await _ask(site, f"ALTER DATABASE {database} RESET statement_timeout", _CUT)
    return True


async def disk_full(site: Site, strike: Strike) -> bool:
    """The disk of one service's database has no byte left for a while."""
    if site.disk is None:
        raise NotHere("this account may not mount a small disk")
    await asyncio.to_thread(site.disk.fill)
    await asyncio.sleep(3 + strike.seconds)
    await asyncio.to_thread(site.disk.free)
    return True


async def rebuilt(site: Site, strike: Strike) -> bool:
    """A read model is built anew beside the live one while events come; cancelled, built again, switched to, and rolled back."""
    base, name = whom(site, strike).base_url, ALL[strike.service].read_models[0].name
    path = f"{base}/v1/admin/projections/{name}"
    number = (await site.http.post(f"{path}/rebuilds")).json()["build"]
    await site.http.delete(f"{path}/builds/{number}")  # too late where the build was quick, and then it is live
    await _rebuild(site, strike)
    await _built(site, strike)
    answer = await site.http.post(f"{path}/rollback")
    assert answer.status_code == 202, answer.text
    await _built(site, strike)
    return True


async def _rebuild(site: Site, strike: Strike, everywhere: bool = False) -> None:
    for service in ALL if everywhere else (ALL[strike.service],):
        base = site.of(service)[strike.replica - 1].base_url
        with contextlib.suppress(httpx.TransportError):  # it may end at the very point
            await site.http.post(f"{base}/v1/admin/projections/{service.read_models[0].name}/rebuilds")


async def _built(site: Site, strike: Strike) -> None:
    """Wait until no build is under way."""
    while True:
        items = (await site.http.get(f"{whom(site, strike).base_url}/v1/admin/projections")).json()["items"]
        if all(item["status"] in ("live", "retired") for item in items):
            return
        await asyncio.sleep(POLL_S)


async def _died(replicas: list[Replica], within_s: float) -> list[Replica]:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within_s
    while loop.time() < deadline:
        if died := [replica for replica in replicas if not replica.alive]:
            return died
        await asyncio.sleep(POLL_S)
    return []


async def _ask(site: Site, *statements: str) -> None:
    connection = await asyncpg.connect(site.postgres.url, server_settings={"application_name": "drill"})
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


FAULTS: dict[str, Inject] = {
    "killed": killed,
    **{
        f"killed {p}": killed_at(p)
        for p in ("appending", "committed", "publishing", "published", "projecting", "acting")
    },
    **{f"killed {point}": killed_at(point, rebuild=True) for point in ("rebuilding", "switching")},
    "frozen": frozen,
    "replica leaves": leaves,
    "two leaders": behaves("usurping", 2.0),
    "slow consumer": behaves("slow", 5.0),
    "clock jumps": clock_jumps,
    "postgres restarted": postgres_restarted,
    "postgres killed": postgres_killed,
    "connections cut": connections_cut,
    "statements time out": statements_time_out,
    "disk full": disk_full,
    "rebuilt": rebuilt,
}
"""Those that a site stands by itself; ``broker_faults`` has those after which some facts must be sent again."""
