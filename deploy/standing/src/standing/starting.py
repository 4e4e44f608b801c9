"""Waiting for a service that was started: it is the one that answers, and what to do where it does not."""

import asyncio
import time
from pathlib import Path

import httpx

from standing.fault import Fault
from standing.services import Client
from standing_parts.process import ServerProcess

START_WITHIN_S = 180.0
"""A machine with much to do imports four services slowly."""


class NotStarted(Fault):
    """A service that was started does not answer; the message says what to do."""


async def until_ours_answers(
    client: Client, process: ServerProcess, home: Path, has_own_issuer: bool, within_s: float = START_WITHIN_S
) -> None:
    """Return when the process answers at its address. Raises NotStarted when it ended, took too long, or another one answers there.

    ``has_own_issuer``: tokens of this home are known to its services alone, so whoever does not know them is another's.
    """
    deadline, where = time.monotonic() + within_s, f"its log is {home / client.name}.log"
    again = f"start again with: standing up --home {home}; nothing that was recorded is lost."
    is_another = False
    while True:
        if is_another and (not process.alive or time.monotonic() > deadline):
            raise NotStarted(
                f"{client.name}: another installation answers at {client.base_url}. Stop that one, or {again}"
            )
        if not process.alive:
            raise NotStarted(f"{client.name} ended while it started; {where}. Mend what it says there, then {again}")
        if time.monotonic() > deadline:
            raise NotStarted(
                f"{client.name} did not answer at {client.base_url} within {within_s:.0f} s; {where}. On a machine with much to "
                f"do, wait until it has less, then {again}"
            )
        try:
            answer = await client.http.get(client.base_url + ("/v1/me" if has_own_issuer else "/livez"), timeout=5.0)
        except httpx.TransportError:
            await asyncio.sleep(0.1)
            continue
        if answer.is_success:
            return
        is_another = answer.status_code == 401
        await asyncio.sleep(0.1)
