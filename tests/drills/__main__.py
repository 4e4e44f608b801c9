"""``python -m tests.drills [--short] [--seed N]…``: an undisturbed run, then a drill for each seed; resumed where it was ended."""

import asyncio
import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import structlog
import typer

from standing.kafka_rules import ERP

from .callers import Callers
from .comparison import Ending, differences, ending, proof
from .conductor import Conductor, Sender
from .records import Record, Records
from .replicas import Site
from .schedule import FULL, SHORT, schedule
from .stream import Stream, known_stream
from .watch import Watch

FOLDER = Path("build/drills")
PAGE = Path("docs/operating.md")
SEEDS = (11, 22, 33, 44, 55, 66, 77, 88, 99, 110)
FACTS, FACTS_SHORT = 51_000, 2_000
WRONG_SHOWN, WIDTH = 30, 1_000
AWAY_S, AWAY_SHORT_S = 60.0, 8.0


def drills(
    seed: Annotated[list[int] | None, typer.Option(help="run these seeds; all ten by default")] = None,
    facts: Annotated[int | None, typer.Option(help="about how many facts")] = None,
    short: Annotated[bool, typer.Option(help="one seed, few facts, each fault once")] = False,
    only: Annotated[list[str] | None, typer.Option(help="strike with these faults only")] = None,
    times: Annotated[int, typer.Option(help="with --only: how often each")] = 1,
    table: Annotated[
        bool, typer.Option(help="write the table of the recorded runs into docs/operating.md, run nothing")
    ] = False,
    again: Annotated[bool, typer.Option(help="forget the runs that are recorded")] = False,
) -> None:
    """Prove that nothing is lost, nothing acts twice and nothing is silent, whatever fails."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    chosen = facts or (FACTS_SHORT if short else FACTS)
    counts = dict.fromkeys(only, times) if only else SHORT if short else FULL
    seeds = tuple(seed) if seed else SEEDS[:1] if short else SEEDS
    stream, folder = known_stream(chosen), FOLDER / f"{chosen}"
    records = Records.read(folder / "drills.json", again)
    if table:
        records.write_table(PAGE)
        return
    print(stream)
    oracle_at = folder / "oracle.json.gz"
    if again or not oracle_at.exists():
        found, record, _ = asyncio.run(run(stream, None, {}, None, 0, folder))
        found.write(oracle_at)
        records.add(record)
    oracle = Ending.read(oracle_at)
    for number in seeds:
        if not only and records.has(number):
            print(f"seed {number}: recorded already")
            continue
        away_s = AWAY_SHORT_S if short or chosen < FACTS else AWAY_S
        found, record, wrong = asyncio.run(run(stream, number, counts, oracle, away_s, folder))
        if not only:
            records.add(record)
        for sentence in wrong[:WRONG_SHOWN]:
            print(f"  WRONG {sentence[:WIDTH]}")
        if wrong:
            raise typer.Exit(1)
    print(records.table())
    if not (short or seed or only or facts):
        records.write_table(PAGE)


async def run(
    stream: Stream, seed: int | None, counts: Mapping[str, int], oracle: Ending | None, away_s: float, folder: Path
) -> tuple[Ending, Record, list[str]]:
    """One run from empty parts to the comparison; without a seed nothing strikes."""
    begun = time.monotonic()
    strikes = () if seed is None else schedule(seed, counts, [len(wave) for wave in stream.waves], away_s)
    print("undisturbed" if seed is None else f"seed {seed}: {len(strikes)} faults")
    site = await Site.start(Path(".standing") / "drills")
    watch, sender = Watch(site), Sender(site.kafka.bootstrap, site.kafka.security_of(ERP), site.kafka.security)
    conductor = Conductor(site, watch, sender, Callers(site))
    try:
        await watch.start()
        sending = time.monotonic()
        await conductor.run(stream, strikes)
        sent_s = time.monotonic() - sending
        found = await ending(site)
        wrong = await proof(site, rebuilt=oracle is None)
        lost = repeated = 0
        if oracle is not None:
            lost, repeated, told = differences(oracle, found)
            wrong += told
    finally:
        await watch.stop()
        if sender.publisher is not None:
            await sender.publisher.stop()
        folder.mkdir(parents=True, exist_ok=True)
        for replica in site.replicas:
            if replica.log.exists():
                replica.log.replace(folder / replica.log.name)
        await site.stop()
    record = Record(
        seed, sender.sent + conductor.callers.asked, found.events, lost, repeated, len(wrong), round(sent_s, 1),
        conductor.waves_s, conductor.struck,
    )  # fmt: skip
    summary = f"{record.facts:,} facts in {sent_s:.0f} s, {found.events:,} events; {lost} lost, {repeated} repeated"
    print(f"  {summary}, {len(wrong)} wrong; {time.monotonic() - begun:.0f} s in all")
    return found, record, wrong


if __name__ == "__main__":
    typer.run(drills)
