"""Commands into the log, one by one and in batches, beside plain INSERTs into a table of the same shape."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Iterator

import asyncpg

from .domain import request
from .figures import Figure, figure
from .parts import COLUMNS, METER_COUNT, Bench, Parts, data, floor_row

CLIENTS = {"append-1": 1, "append-16": 16, "append-64": 64}
UNIT = 500

_INSERT = (
    f"INSERT INTO event_floor ({', '.join(COLUMNS)}) VALUES ({', '.join(f'${n + 1}' for n in range(len(COLUMNS)))})"
)
_INSERT_MANY = (
    f"INSERT INTO event_floor ({', '.join(COLUMNS)}) SELECT * FROM unnest($1::int[], $2::bigint[], $3::text[], $4::int[],"
    " $5::text[], $6::int[], $7::json[], $8::json[], $9::uuid[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::bytea[])"
)

Client = Callable[[], Awaitable[object]]


async def measure(parts: Parts, wanted: frozenset[str]) -> list[Figure]:
    """The figures of ``append-…`` that are wanted."""
    figures = []
    async with Bench.open(parts, "bench_append") as bench:
        rows = itertools.count()
        for name in [name for name in CLIENTS if name in wanted]:
            values, floors = list[float](), list[float]()
            for _ in range(parts.sizes.rounds):
                floors.append(await _inserts_per_s(bench, parts, CLIENTS[name], rows))
                values.append(await _commands_per_s(bench, parts, CLIENTS[name]))
            figures.append(figure(name, values, floors, "commands/s"))
        if "append-batch" in wanted:
            values, floors = [], []
            for _ in range(parts.sizes.rounds):
                floors.append(await _multi_row_inserts_per_s(bench, parts, rows))
                values.append(await _batched_commands_per_s(bench, parts))
            figures.append(figure("append-batch", values, floors, "events/s"))
    return figures


async def _per_s(clients: list[Client], duration_s: float) -> float:
    """Calls per second of clients that each call again as soon as they are answered."""
    begin = time.perf_counter()
    done = 0

    async def run(call: Client) -> None:
        nonlocal done
        while time.perf_counter() - begin < duration_s:
            await call()
            done += 1

    await asyncio.gather(*(run(call) for call in clients))
    return done / (time.perf_counter() - begin)


async def _commands_per_s(bench: Bench, parts: Parts, clients: int) -> float:
    async def submit() -> None:
        bench.told += 1
        await bench.executor.submit(request(bench.told, METER_COUNT))

    return await _per_s([submit] * clients, parts.sizes.append_s)


async def _inserts_per_s(bench: Bench, parts: Parts, clients: int, rows: Iterator[int]) -> float:
    connections = [await asyncpg.connect(bench.database.dsn) for _ in range(clients)]

    def inserting(connection: asyncpg.Connection) -> Client:
        async def insert() -> None:
            n = next(rows)
            await connection.execute(_INSERT, *floor_row(n, parts.kafka.partitions, data(n)))

        return insert

    try:
        return await _per_s([inserting(connection) for connection in connections], parts.sizes.append_s)
    finally:
        for connection in connections:
            await connection.close()


async def _batched_commands_per_s(bench: Bench, parts: Parts) -> float:
    units = [bench.unit(UNIT) for _ in range(parts.sizes.units)]
    begin = time.perf_counter()
    for unit in units:
        await bench.executor.execute(unit)
    return UNIT * len(units) / (time.perf_counter() - begin)


async def _multi_row_inserts_per_s(bench: Bench, parts: Parts, rows: Iterator[int]) -> float:
    batches = [
        [floor_row(n, parts.kafka.partitions, data(n)) for n in itertools.islice(rows, UNIT)]
        for _ in range(parts.sizes.units)
    ]
    connection = await asyncpg.connect(bench.database.dsn)
    try:
        begin = time.perf_counter()
        for batch in batches:
            await connection.execute(_INSERT_MANY, *map(list, zip(*batch, strict=True)))
        return UNIT * len(batches) / (time.perf_counter() - begin)
    finally:
        await connection.close()
