"""Health routes: alive while the process answers, ready while every follower makes progress or has nothing to do."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from prometheus_client import REGISTRY
from prometheus_client.exposition import choose_encoder

from chassis.http.asyncapi import document_of
from chassis.http.fast_json import json_response
from chassis.http.identity import needs
from chassis.http.identity.rights import MaybeCalling
from chassis.http.looks import looks_of
from chassis.http.operator_answers import Liveness, Readiness
from chassis.http.running import Running
from chassis.http.shapes import answers
from chassis.roles import OPERATE

router = APIRouter(tags=["health"])


@router.get("/livez", responses=answers(Liveness, 200, 503))
async def check_alive(running: Running) -> Response:
    """200 while the process answers and its writes end; 503 when they have stopped ending, which only a restart mends."""
    stalled_s = running.executor.stalled_s
    if stalled_s <= running.settings.write_stalled_after_s:
        return json_response({"status": "alive"})
    response = json_response(
        {"status": "stalled", "reason": f"No write has ended for {stalled_s:.0f} s, and some wait."}
    )
    response.status_code = 503
    return response


@router.get("/readyz", responses=answers(Readiness, 200, 503))
async def check_ready(running: Running, caller: MaybeCalling) -> Response:
    """200 when every follower makes progress or is at the head, 503 otherwise; degraded, and 200, with warnings alone.

    The reasons and warnings are sentences for a caller with the right ``operate``; others see the status only.
    """
    look = await looks_of(running).latest()
    status = "not ready" if look.reasons else "degraded" if look.warnings else "ready"
    sentences = {"reasons": look.reasons, "warnings": look.warnings} if caller and OPERATE in caller.rights else {}
    response = json_response({"status": status, **sentences})
    if look.reasons:
        response.status_code = 503
        response.headers["Retry-After"] = "2"
    return response


@router.get("/metrics", include_in_schema=False, dependencies=[needs("metrics.read")])
async def read_metrics(running: Running, request: Request) -> Response:
    """As text, or where Accept asks for it as OpenMetrics, which has a trace beside values."""
    await looks_of(running).measure()
    encode, media_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(REGISTRY), media_type=media_type)


@router.get("/asyncapi.json", tags=["schemas"], dependencies=[needs("schemas.read")])
async def read_asyncapi(running: Running, request: Request) -> dict[str, Any]:
    """The events published and listened to, with their shapes, as AsyncAPI 3."""
    service = running.service
    broker = (running.settings.kafka, running.settings.kafka_security)
    return await run_in_threadpool(document_of, [service], service.title or service.name, request.app.version, broker)
