"""The runtime as a typed dependency of routes: ``async def show(running: Running)``."""

from typing import Annotated

from fastapi import Depends, FastAPI, Request

from chassis.runtime import Runtime


def runtime_of(app: FastAPI) -> Runtime:
    """The runtime that the app's lifespan started."""
    runtime: Runtime = app.state.runtime
    return runtime


async def _running(request: Request) -> Runtime:  # async, or FastAPI calls it in a thread
    return runtime_of(request.app)


Running = Annotated[Runtime, Depends(_running)]
