"""Routes of echoes."""

from typing import Any

from fastapi import APIRouter

from chassis.http import Answered, Commands, JsonBody, NotFound, Queries, needs
from contracts.fields import Id
from echo_svc.echo.echoes import HearEcho
from echo_svc.read_models import echo
from echo_svc.requests import EchoBody

router = APIRouter(prefix="/v1", tags=["echoes"])


@router.post("/echoes", dependencies=[needs("echo.echoes.write")])
async def hear_echo(body: JsonBody[EchoBody], commands: Commands) -> Answered:
    """Record that a call came back."""
    return await commands.do(HearEcho(body.echo_id, body.text))


@router.get("/echoes/{echo_id}", dependencies=[needs("echo.echoes.read")])
async def show_echo(echo_id: Id, queries: Queries) -> dict[str, Any]:
    """A call and how often it came back."""
    row = await queries.one(echo.one(echo_id))
    if row is None:
        raise NotFound("echo", echo_id)
    return row
