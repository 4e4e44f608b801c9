"""What callers do to the doors: bodies that never end, and so many comparisons of read models at once that they could use up the pool."""

import asyncio
import contextlib
from collections.abc import Awaitable

import httpx

from standing.services import ALL

from .faults import Inject, whom
from .replicas import Site
from .schedule import Strike

SOCKETS, BYTE_EVERY_S = 150, 0.5
COMPARISONS, COMPARED_WITHIN_S = 12, 60.0
HEAD = b"POST /v1/policies/x HTTP/1.1\r\nHost: drill\r\nContent-Type: application/json\r\n"


async def endless_bodies(site: Site, strike: Strike) -> bool:
    """Half of the callers never finish their headers, half send a byte of a body now and then, for some seconds."""
    port, until = whom(site, strike).port, asyncio.get_running_loop().time() + 4 + strike.seconds
    head = HEAD + f"Authorization: Bearer {await site.token()}\r\n".encode()  # of strangers no body is read

    async def drip(number: int) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        with contextlib.suppress(OSError):
            writer.write(head + (b"Transfer-Encoding: chunked\r\n\r\n" if number % 2 else b""))
            while asyncio.get_running_loop().time() < until:
                writer.write(b"1\r\n \r\n" if number % 2 else b"X: y\r\n")
                await writer.drain()
                await asyncio.sleep(BYTE_EVERY_S)
        writer.close()
        return True

    return any(await asyncio.gather(*(drip(number) for number in range(SOCKETS))))


async def pool_used_up(site: Site, strike: Strike) -> bool:
    """A dozen comparisons of read models at once, each of which needs the database for a while."""
    base = whom(site, strike).base_url
    models = ALL[strike.service].read_models
    asked: list[Awaitable[httpx.Response]] = [
        site.http.post(
            f"{base}/v1/admin/projections/{models[n % len(models)].name}/comparisons", timeout=COMPARED_WITHIN_S
        )
        for n in range(COMPARISONS)
    ]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    return any(isinstance(answer, httpx.Response) for answer in answers)


DOOR_FAULTS: dict[str, Inject] = {"endless bodies": endless_bodies, "pool used up": pool_used_up}
