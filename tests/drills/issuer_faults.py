"""Faults of the issuer of tokens: it is away, or what it gives expires while a service fetches events that its topics lack.

For both a service that listens to all others is stopped for a while, and their topics lose what it has not read; so it comes back as a
process without keys and without a token, and has to fetch everything from the feeds of the others.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import asyncpg
import httpx
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from chassis.service import Service
from standing.issuing import login_at
from standing.people import COMMAND
from standing.services import ALL, connect
from standing_parts.issuer import Issuer

from .faults import Inject, NotHere
from .replicas import Replica, Site
from .schedule import PARTITIONS, Strike

REQUEST_S, ANSWER_S, POLL_S = 20.0, 5.0, 0.2
TRAFFIC_S, AWAY_S = 1.0, 6.0
LIFE_S = 6
BEHIND_S = 62.0
"""So much older than they are tokens say that they are. Services bear a minute of it, so they refuse a token after 4 of its 6 seconds,
and its owner replaces it after 4.8: in between it has expired, and only a refusal says so."""
LASTS_S = 3 * LIFE_S
BACK_WITHIN_S = 120.0
WHO = "/v1/me"
SLOW = "slow"


class WronglyAnswered(AssertionError):
    """A caller was answered what it must not be answered."""


async def issuer_away(site: Site, strike: Strike) -> bool:
    """No issuer for some seconds, in which it also begins to sign with another key."""
    issuer = _own_issuer(site)
    known = issuer.token("caller", ["auditor"])
    async with _one_that_lags(site, strike) as (lagging, others):
        await asyncio.to_thread(issuer.stop)
        issuer.rotate_keys()
        unknown = issuer.token("caller", ["auditor"])
        try:
            missed = await _forgotten(site, lagging, strike)
            await _begin(site, lagging)
            await _expect(site, others, known, 200)
            await _expect(site, others, unknown, 503)
            await asyncio.sleep(AWAY_S + strike.seconds)
            await _expect(site, others, known, 200)
            await _expect(site, others, unknown, 503)
        finally:
            await asyncio.to_thread(issuer.start_again)
        await _expect(site, [*others, *site.of(lagging)], unknown, 200, BACK_WITHIN_S)
    return missed


async def token_expired(site: Site, strike: Strike) -> bool:
    """Tokens live for seconds, by a clock that is behind."""
    issuer = _own_issuer(site)
    lived_s = issuer.lifetime_s
    async with _one_that_lags(site, strike) as (lagging, others):
        site.issuer_clock.behind_s = BEHIND_S
        await asyncio.to_thread(issuer.start_again, LIFE_S)
        try:
            missed = await _forgotten(site, lagging, strike)
            # The callers and the process that lags get tokens of this kind; those that are there would live on for long.
            async with connect(login_at(issuer, COMMAND)) as fresh:
                assert fresh.auth is not None
                site.http.auth = fresh.auth
            early = await site.token()
            await _begin(site, lagging)
            for replica in site.of(lagging):
                replica.arm(SLOW)
            await asyncio.sleep(LASTS_S + strike.seconds)
            await _expect(site, others, early, 401)
            await _expect(site, [*others, *site.of(lagging)], None, 200, BACK_WITHIN_S)
        finally:
            site.issuer_clock.behind_s = 0.0
            await asyncio.to_thread(issuer.start_again, lived_s)
            for replica in site.of(lagging):
                replica.arm("")
    return missed


def _own_issuer(site: Site) -> Issuer:
    """The issuer of the site. Raises NotHere."""
    if site.issuer is None:
        raise NotHere("the issuer is another's (STANDING_AUTH_ISSUER), or nobody is asked for a token")
    return site.issuer


@contextlib.asynccontextmanager
async def _one_that_lags(site: Site, strike: Strike) -> AsyncIterator[tuple[Service, list[Replica]]]:
    """Stop the service that listens to all others, and let the work begin; gives it, and the replicas of the others, which have
    fetched the issuer's keys."""
    lagging = next(service for service in ALL if all(source.owner is not None for source in service.sources))
    await site.whole()
    await asyncio.gather(*(asyncio.to_thread(replica.stop) for replica in site.of(lagging)))
    site.prepared.set()
    try:
        yield lagging, [replica for replica in site.replicas if replica.service is not lagging]
    finally:
        await _begin(site, lagging)


async def _begin(site: Site, service: Service) -> None:
    """Start what does not run of a service, and wait until it answers."""
    for replica in site.of(service):
        if not replica.alive:
            replica.start()
    await asyncio.gather(*(site.answers(replica) for replica in site.of(service)))


async def _forgotten(site: Site, lagging: Service, strike: Strike) -> bool:
    """Let traffic go on for a while, then delete the records of the topics that the service listens to. Whether it lacks some."""
    await asyncio.sleep(TRAFFIC_S + strike.seconds)
    owners = {source.topic: str(source.owner) for source in lagging.sources}
    heads = {
        topic: await _positions(site, owner, "SELECT partition, head FROM log_partition")
        for topic, owner in owners.items()
    }
    await asyncio.to_thread(_delete_records, site, sorted(owners))
    missing = False
    for topic, head in heads.items():
        taken = await _positions(site, lagging.name, "SELECT partition, position FROM inbox WHERE source = $1", topic)
        missing |= any(at > taken.get(partition, 0) for partition, at in head.items())
    return missing


async def _positions(site: Site, service: str, query: str, *values: str) -> dict[int, int]:
    connection = await asyncpg.connect(site.dsn(service), server_settings={"application_name": "drill"})
    try:
        return {row[0]: row[1] for row in await connection.fetch(query, *values)}
    finally:
        await connection.close()


def _delete_records(site: Site, topics: Sequence[str]) -> None:
    admin = AdminClient(site.kafka.administration)
    to_the_end = [TopicPartition(topic, partition, -1) for topic in topics for partition in range(PARTITIONS)]
    for deleted in admin.delete_records(to_the_end, request_timeout=REQUEST_S).values():
        deleted.result(REQUEST_S)


async def _expect(
    site: Site, replicas: Sequence[Replica], token: str | None, status: int, within_s: float = 0.0
) -> None:
    """Every replica answers a caller with this token (None: with that of the drill's own client) so, at once or in some seconds.

    Raises WronglyAnswered.
    """
    await asyncio.gather(*(_expect_of(site, replica, token, status, within_s) for replica in replicas))


async def _expect_of(site: Site, replica: Replica, token: str | None, status: int, within_s: float) -> None:
    deadline = asyncio.get_running_loop().time() + within_s
    headers, auth = ({}, site.http.auth) if token is None else ({"Authorization": f"Bearer {token}"}, None)
    while True:
        with contextlib.suppress(httpx.TransportError):  # it may be busy: what it does not answer is not wrong
            answer = await site.http.get(replica.base_url + WHO, headers=headers, auth=auth, timeout=ANSWER_S)
            late = asyncio.get_running_loop().time() > deadline
            if answer.status_code == status:
                return
            if late:
                raise WronglyAnswered(f"{replica.name} answers {answer.status_code}, not {status}: {answer.text[:300]}")
        if asyncio.get_running_loop().time() > deadline:
            return
        await asyncio.sleep(POLL_S)


ISSUER_FAULTS: dict[str, Inject] = {"issuer away": issuer_away, "token expired": token_expired}
