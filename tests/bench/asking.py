"""An open loop over HTTP: a service in this process, and another process that asks it at a steady pace."""

import asyncio
import gc
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import aiohttp
import uvicorn
import uvloop

from chassis.http.app import build_app, serve
from chassis.main import SERVER_OPTIONS
from chassis.runtime import Runtime
from chassis.service import Service
from chassis.testing.client import bearer

CONNECTIONS = 64


class Question(NamedTuple):
    """``path`` is asked for, or ``body`` posted to it."""

    path: str
    body: dict[str, Any] | None = None


async def latencies_ms(
    service: Service, runtime: Runtime, questions: Sequence[Question], rate_per_s: int
) -> list[float]:
    """From the instant at which each question was due to be sent, whether the ones before it were answered or not.

    The first second's worth is asked beforehand, one after the other, to warm both sides; so a question must bear being repeated.
    """

    async def started() -> Runtime:
        return runtime

    app = build_app(service, started)
    serve(app, runtime)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, lifespan="off", **SERVER_OPTIONS))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 – uvicorn has no event for it
        await asyncio.sleep(0.01)
    address = "http://{}:{}".format(*server.servers[0].sockets[0].getsockname())
    try:
        with ProcessPoolExecutor(1) as pool:
            asking = partial(_ask_all, address, bearer(), questions, rate_per_s)
            return await asyncio.get_running_loop().run_in_executor(pool, asking)
    finally:
        server.should_exit = True
        await serving


def _ask_all(address: str, token: dict[str, str], questions: Sequence[Question], rate_per_s: int) -> list[float]:
    gc.disable()  # its own pauses are not the service's
    return uvloop.run(_ask(address, token, questions, rate_per_s))


async def _ask(address: str, token: dict[str, str], questions: Sequence[Question], rate_per_s: int) -> list[float]:
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    async with aiohttp.ClientSession(address, connector=connector, headers=token) as session:

        async def one(question: Question, at: float) -> float:
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            method = "GET" if question.body is None else "POST"
            async with session.request(method, question.path, json=question.body) as answer:
                assert answer.status == 200, await answer.text()
                await answer.read()
            return (time.perf_counter() - at) * 1000

        for question in questions[:rate_per_s]:
            await one(question, time.perf_counter())
        begin = time.perf_counter() + 0.05
        return await asyncio.gather(*(one(each, begin + n / rate_per_s) for n, each in enumerate(questions)))
