"""How many notices are decided in a second, and how large a digest grows: 100,000 events under 20 subscriptions.

``python -m tests.bench.notices [--events N]`` takes events as they come from their topics, in batches of a partition: read,
matched, rendered, decided and appended to a real log. One of the subscriptions collects everything that it matches into one
digest, which is folded into its read model as well.
"""

import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
import uvloop
from pydantic import SecretStr
from rich.console import Console

from chassis.clock import WallClock
from chassis.commands import Accepted, Request
from chassis.garbage import collect_garbage_seldom
from chassis.handling.executor import Executor
from chassis.handling.units import UnitOfWork, WorkItem
from chassis.policies import PublishPolicy
from chassis.processors.replay import rows_from
from chassis.settings import Settings
from chassis.storage.database import Database
from chassis.storage.log import Log
from contracts import Envelope, Event
from notify_svc.policies.subscriptions import SubscriptionPolicy
from notify_svc.reactions import request_notices
from notify_svc.rules.samples import SAMPLES, envelope_of
from notify_svc.rules.subscriptions import Digest, Rule
from notify_svc.service import SERVICE
from notify_svc.timers import digest_due
from standing_parts import Postgres, start_postgres

PARTITIONS, BATCH, SUBSCRIPTIONS = 8, 500, 20
NOTICES_PER_S_MIN, RSS_GROWN_MB_MAX, ROW_KB_MAX = 1_000, 600, 256
BEGIN = datetime(2024, 2, 1, 2, tzinfo=UTC)
TOLD = ("supplier.SupplierGraded", "customer.CustomerTierChanged", "credit.PaymentOverdue", "credit.OrderCreditHeld")
OF_A_CASE, OF_A_PARTNER = ("invoice_id", "order_id"), ("supplier_id", "customer_id")
"""What a notice of these events is about: the case where one is named, else the partner."""
COLLECTED = Rule(
    id="overdue-digest", event="credit.PaymentOverdue", audience=("role:desk",), about="invoice_id", period="due_on",
    channels=("inbox",), template="payment-overdue-sales", digest=Digest(until="17:00"),
)  # fmt: skip


def subscriptions() -> SubscriptionPolicy:
    """Twenty: those of the defaults that speak of the four event types, others that never match, and a digest."""
    defaults = SubscriptionPolicy().rules
    matching = [rule for rule in defaults if rule.event in TOLD]
    others = [rule for rule in defaults if rule.event not in TOLD]
    return SubscriptionPolicy(rules=tuple([*matching, COLLECTED, *others][:SUBSCRIPTIONS]))


def told(events: int) -> Iterator[tuple[type[Event], bytes, Envelope]]:
    """Events of four types in turn, each about something else, as bytes from a topic."""
    documents = {name: SAMPLES[name].model_dump(mode="json") for name in TOLD}
    for number in range(events):
        name = TOLD[number % len(TOLD)]
        subject = {field: f"{field}-{number}" for field in OF_A_CASE if field in documents[name]} or {
            field: f"{field}-{number}" for field in OF_A_PARTNER if field in documents[name]
        }
        at = BEGIN + timedelta(milliseconds=number)
        envelope = replace(envelope_of(SAMPLES[name]), id=f"E-{number}", occurred_at=at, recorded_at=at)
        yield type(SAMPLES[name]), orjson.dumps({**documents[name], **subject}), envelope


async def measured(postgres: Postgres, events: int, console: Console) -> bool:
    await postgres.create_database("bench_notices")
    database = await Database.open(postgres.dsn("bench_notices"), PARTITIONS, "bench")
    executor = Executor(
        SERVICE,
        Log(database, SERVICE.name),
        WallClock(),
        Settings(postgres=SecretStr("postgresql://nobody@none"), kafka="-"),
    )
    await executor.start()
    try:
        document = subscriptions().model_dump(mode="json")
        publish = PublishPolicy(SubscriptionPolicy.NAME, document, date(2000, 1, 1), "for the bench", 1)
        await executor.submit(Request(publish, None, BEGIN, "bench"))
        before_mb, begin, began, made = _rss_mb(), time.perf_counter(), time.process_time(), Counter[str]()
        stream = told(events)
        while batch := list(islice(stream, BATCH)):
            replies = await executor.execute(UnitOfWork(tuple(_item(each, executor) for each in batch)))
            for reply in (reply for each in replies for reply in each):
                assert isinstance(reply, Accepted), reply
                made.update(reply.event_types)
        seconds, own_s = time.perf_counter() - begin, time.process_time() - began
        notices = made["notify.NotificationRequested"] + made["notify.DigestItemCollected"]
        row = await _digest_row(executor)
        console.print(
            f"{notices / own_s:,.0f} notices for each second of this process's own time, whatever else ran beside it"
        )
        return _shown(console, events, notices, seconds, _rss_mb() - before_mb, row)
    finally:
        await executor.stop()
        await database.close()


def _item(each: tuple[type[Event], bytes, Envelope], executor: Executor) -> WorkItem:
    kind, data, envelope = each
    asked = request_notices(kind.model_validate_json(data), envelope, executor.policies)
    return WorkItem(
        tuple(
            Request(command, f"{envelope.id}/{n}", envelope.occurred_at, envelope.id) for n, command in enumerate(asked)
        )
    )


async def _digest_row(executor: Executor) -> dict[str, Any]:
    """The row of the one digest, folded from the log."""
    collected: list[tuple[Event, Envelope]] = []
    for partition in range(PARTITIONS):
        at = 0
        while stored := await executor.log.after(partition, at, 5_000):
            at = stored[-1].envelope.position
            digest = [row for row in stored if row.envelope.stream.startswith("digest-")]
            collected += [(row.event(SERVICE.event_types), row.envelope) for row in digest]
    [row] = rows_from(digest_due.TODO, collected)
    return row


def _shown(console: Console, events: int, notices: int, seconds: float, grown_mb: float, row: dict[str, Any]) -> bool:
    row_kb = len(orjson.dumps(row)) / 1024
    checks: Sequence[tuple[str, float, str, bool]] = (
        ("notices decided", notices / seconds, f"/s (≥ {NOTICES_PER_S_MIN:,})", notices / seconds >= NOTICES_PER_S_MIN),
        ("memory grown", grown_mb, f"MB (≤ {RSS_GROWN_MB_MAX})", grown_mb <= RSS_GROWN_MB_MAX),
        (f"row of a digest of {row['collected']:,} items", row_kb, f"KB (≤ {ROW_KB_MAX})", row_kb <= ROW_KB_MAX),
    )
    console.print(f"{events:,} events under {SUBSCRIPTIONS} subscriptions made {notices:,} notices in {seconds:.1f} s")
    for name, value, unit, met in checks:
        console.print(f"  {'ok  ' if met else 'MISS'} {name}: {value:,.1f} {unit}")
    return all(met for *_, met in checks)


def _rss_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def bench(events: Annotated[int, typer.Option(help="how many events")] = 10_000) -> None:
    """Measure on this machine, now; ends with 1 when a target is missed."""
    collect_garbage_seldom()
    with tempfile.TemporaryDirectory(prefix="standing-bench-") as home:
        postgres = start_postgres(Path(home))
        try:
            met = uvloop.run(measured(postgres, events, Console()))
        finally:
            postgres.discard()
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    typer.run(bench)
