"""A meter service with routes, as a process of its own: what the load is put on. ``python -m tests.bench.metered``"""

from dataclasses import replace
from decimal import Decimal

from fastapi import APIRouter
from sqlalchemy import select

from chassis.http import Answered, Commands, NotFound, Queries, needs
from chassis.main import run

from .domain import METERS, READ_AT, RecordReading, service

NAME, FACTS = "load", "load.readings"
router = APIRouter()


@router.post("/v1/meters/{meter}/readings", status_code=201, dependencies=[needs("metered.read")])
async def record(meter: str, commands: Commands) -> Answered:
    return await commands.do(RecordReading(meter, Decimal(1), READ_AT.date(), "http", ""))


@router.get("/v1/meters/{meter}", dependencies=[needs("metered.read")])
async def one(meter: str, read: Queries) -> dict[str, object]:
    found = await read.one(select(METERS.table).where(METERS.table.c.meter == meter))
    if found is None:
        raise NotFound("meter", meter)
    return found


SERVICE = replace(service(NAME, FACTS, (METERS,)), routes=(router,))

if __name__ == "__main__":
    run(SERVICE)
