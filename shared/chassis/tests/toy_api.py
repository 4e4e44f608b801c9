"""The routes of the toy service."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import func, select

from chassis.http import Answered, Commands, JsonBody, KnownAt, NotFound, Page, Paging, Queries, needs

from .toy import JAR_SERVICE, JARS, Drop, Fill, Label, Poured, decide

router = APIRouter()
TABLE = JARS.table.c


class Amount(BaseModel):
    amount: int = Field(ge=1)


@router.post("/v1/jars/{jar}/fills", dependencies=[needs("jars.write")])
async def fill(jar: str, body: Amount, commands: Commands) -> Answered:
    return await commands.do(Fill(jar, body.amount))


@router.post("/v1/pourings", dependencies=[needs("jars.write")])
async def pouring(fact: JsonBody[Poured], commands: Commands) -> Answered:
    return await commands.do(Fill(fact.jar, fact.amount))


@router.post("/v1/jars/{jar}/drops", dependencies=[needs("jars.write")])
async def drop(jar: str, commands: Commands) -> Answered:
    return await commands.do(Drop(jar))


@router.post("/v1/jars/{jar}/labels", dependencies=[needs("jars.write")])
async def label(jar: str, commands: Commands) -> Answered:
    return await commands.do(Label(jar, "千" * 300_001))


@router.get("/v1/jars", dependencies=[needs("jars.read")])
async def jars(read: Queries, page: Paging) -> Page:
    return await read.page(select(JARS.table), [TABLE.jar], page)


@router.get("/v1/jars/{jar}", dependencies=[needs("jars.read")])
async def jar(jar: str, read: Queries) -> dict[str, Any]:
    found = await read.one(select(TABLE.jar, TABLE.level).where(TABLE.jar == jar))
    if found is None:
        raise NotFound("jar", jar)
    return found


@router.get("/v1/jars/{jar}/known", dependencies=[needs("jars.read")])
async def known(jar: str, read: Queries, as_known_at: KnownAt = None) -> dict[str, Any]:
    """The jar's row, its state and all levels, as known at an instant."""
    at = as_known_at or read.now
    state = await read.known_state(Fill, jar, at)
    return {
        "rows": [row["level"] for row in await read.known(JARS, f"jar-{jar}", at)],
        "state": state.level,
        "all": {row["jar"]: row["level"] for row in await read.known_all(JARS, at)},
        "big": {
            row["jar"]: row["level"] for row in await read.known_all(JARS, at, lambda e: getattr(e, "amount", 0) > 5)
        },
    }


@router.get("/v1/levels", dependencies=[needs("jars.read")])
async def levels(read: Queries, least: int = 0) -> list[dict[str, Any]]:
    """Has no bound for what a column can hold."""
    return await read.rows(select(JARS.table).where(TABLE.level >= least))


@router.get("/v1/jars/{jar}/fills/possible", dependencies=[needs("jars.read")])
async def possible(jar: str, amount: int, read: Queries) -> dict[str, bool]:
    """Whether a jar could take an amount. Raises Overflow."""
    state = await read.state(Fill, jar)
    decide(Fill(jar, amount), state, read.policies)
    return {"possible": True}


@router.get("/v1/averages", dependencies=[needs("jars.read")])
async def averages(read: Queries) -> dict[str, Any]:
    """Fails with a division by zero."""
    return {"average": 1 // (await read.rows(select(func.count().label("n")).where(TABLE.jar == "")))[0]["n"]}


OPEN_JAR_SERVICE = replace(JAR_SERVICE, routes=(router,))
