"""Answers to HTTP requests are remembered for a time only; those to facts for ever, because a fact may be sent again at any time."""

import asyncio

import asyncpg

LOOK_EVERY_S = 3600.0


async def forget_answers(pool: asyncpg.Pool, days: int) -> int:
    """Forget the answers to requests that are older than some days; returns how many there were."""
    status = await pool.execute(
        "DELETE FROM command WHERE id LIKE 'http/%' AND answered_at < now() - make_interval(days => $1)", days
    )
    return int(status.rpartition(" ")[2])


async def forget_step(pool: asyncpg.Pool, days: int) -> None:
    """Forget once, then wait until it is worth looking again."""
    await forget_answers(pool, days)
    await asyncio.sleep(LOOK_EVERY_S)
