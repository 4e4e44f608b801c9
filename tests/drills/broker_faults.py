"""Faults of the broker. Where it loses what a sender had sent, the sender sends it again; everything else is refilled from the logs."""

import asyncio
from pathlib import Path

from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from standing.services import ALL

from .door_faults import DOOR_FAULTS
from .faults import FAULTS, Inject, NotHere
from .issuer_faults import ISSUER_FAULTS
from .replicas import Site
from .schedule import Strike
from .wire_faults import WIRE_FAULTS

REQUEST_S = 10.0


async def restarted(site: Site, _: Strike) -> bool:
    await asyncio.to_thread(site.kafka.start_again)
    return True


async def killed(site: Site, strike: Strike) -> bool:
    await asyncio.to_thread(site.kafka.kill)
    await asyncio.sleep(strike.seconds)
    await asyncio.to_thread(site.kafka.start_again)
    return True


async def away(site: Site, strike: Strike) -> bool:
    """No broker for ``seconds``."""
    return await killed(site, strike)


async def wiped(site: Site, _: Strike) -> bool:
    """The broker comes back without a topic, a record or a committed offset."""
    await asyncio.to_thread(site.kafka.kill)
    await asyncio.to_thread(site.kafka.start_again, True)
    await site.create_topics()
    return True


async def cut(site: Site, strike: Strike) -> bool:
    """The newest records of two partitions are gone after a crash: one of a service's topic, one of another system's.

    Consumers then stand beyond the end of what they consume.
    """
    if not site.apache:
        raise NotHere(f"the files of this Kafka ({site.kafka.kind}) cannot be cut from here")
    await asyncio.to_thread(site.kafka.kill)
    for topic in (ALL[strike.service].topic, "erp.deliveries"):
        _cut_in_half(site.home / "kafka" / "data" / f"{topic}-{strike.partition}")
    await asyncio.to_thread(site.kafka.start_again)
    return True


def _cut_in_half(folder: Path) -> None:
    """Shorten the records' file as a crash with unwritten pages would; the broker then drops the batch that is torn."""
    for records in folder.glob("*.log"):
        size = records.stat().st_size
        with records.open("r+b") as file:
            file.truncate(size // 2)
    for derived in (*folder.glob("*.index"), *folder.glob("*.timeindex"), *folder.glob("*.snapshot")):
        derived.unlink()


async def aged(site: Site, strike: Strike) -> bool:
    """The oldest records of a service's partition and of another system's are deleted, also what was not taken yet."""
    await asyncio.to_thread(
        _delete_all, site.kafka.administration, (ALL[strike.service].topic, "erp.inspections"), strike
    )
    return True


def _delete_all(administration: dict[str, str | int | float | bool], topics: tuple[str, ...], strike: Strike) -> None:
    admin = AdminClient(administration)
    to_the_end = [TopicPartition(topic, strike.partition, -1) for topic in topics]
    for deleted in admin.delete_records(to_the_end, request_timeout=REQUEST_S).values():
        deleted.result(REQUEST_S)


EVERY_FAULT: dict[str, Inject] = {
    **FAULTS,
    **DOOR_FAULTS,
    **WIRE_FAULTS,
    **ISSUER_FAULTS,
    "broker restarted": restarted,
    "broker killed": killed,
    "broker away": away,
    "broker wiped": wiped,
    "topic cut": cut,
    "topic aged": aged,
}
SENT_AGAIN = {"broker wiped", "broker killed", "broker away", "topic cut", "topic aged"}
"""After these the senders send the last wave again, as they would: not all that they had sent was taken."""
OTHERS_SENT = set(WIRE_FAULTS)
"""After these the topics end elsewhere than the senders know."""
