"""Health routes: alive while the process answers, ready while every follower makes progress or has nothing to do."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis.http.asyncapi import document_of
from chassis.http.fast_json import json_response
from chassis.http.looks import looks_of
from chassis.http.operator_answers import Liveness, Readiness
from chassis.http.running import Running
from chassis.http.shapes import answers

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
async def check_ready(running: Running) -> Response:
    """200 when every follower makes progress or is at the head, 503 with the reasons otherwise; degraded, and 200, with warnings alone."""
    look = await looks_of(running).latest()
    response = json_response(
        {
            "status": "not ready" if look.reasons else "degraded" if look.warnings else "ready",
            "reasons": look.reasons,
            "warnings": look.warnings,
        }
    )
    response.status_code = 503 if look.reasons else 200
    return response


@router.get("/metrics", include_in_schema=False)
async def read_metrics(running: Running) -> Response:
    await looks_of(running).measure()
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@router.get("/asyncapi.json", tags=["schemas"])
async def read_asyncapi(running: Running, request: Request) -> dict[str, Any]:
    """The events published and listened to, with their shapes, as AsyncAPI 3."""
    service = running.service
    return await run_in_threadpool(document_of, [service], service.title or service.name, request.app.version)
