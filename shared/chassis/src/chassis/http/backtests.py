"""Back-tests over HTTP: request one, follow its progress, read its report."""

from datetime import date, datetime
from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field, model_validator
from uuid_utils import uuid7

from chassis.handling.policy_stream import document_of
from chassis.http.acting import Reasoned
from chassis.http.identity import needs
from chassis.http.parameters import After, Key, Limit, Name
from chassis.http.problems import NotFound, Problem
from chassis.http.running import Running
from chassis.runtime import Runtime
from chassis.timing.backtest_runner import BacktestRequest
from contracts.fields import Day
from contracts.figures import PlainModel

router = APIRouter(prefix="/v1/policies/{name}/backtests", tags=["policies"])


class Question(PlainModel):
    """A candidate, and the business days on which to try it, first and last included."""

    document: dict[str, Any]
    starts_on: Day
    ends_on: Day

    @model_validator(mode="after")
    def _in_order(self) -> "Question":
        if self.starts_on > self.ends_on:
            raise ValueError(f"starts_on {self.starts_on} is after ends_on {self.ends_on}")
        return self


class BacktestAnswer(PlainModel):
    """A back-test: waiting for those before it, running with its progress, done with its report, or failed."""

    backtest_id: str
    policy: str
    document: dict[str, Any]
    starts_on: date
    ends_on: date
    requested_by: str
    requested_at: datetime
    status: Literal["waiting", "running", "done", "failed"]
    read_count: int = Field(description="events that were read, of event_count")
    event_count: int = Field(description="events that it reads; 0 until it runs")
    error: str | None
    finished_at: datetime | None


class BacktestReport(BacktestAnswer):
    """A back-test with its report."""

    report: dict[str, Any] | None


class BacktestPage(PlainModel):
    """The newest first; ``next`` is the id to go on after."""

    items: list[BacktestAnswer]
    next: str | None


@router.post("", status_code=202, dependencies=[needs("backtests.run")])
async def request_backtest(
    running: Running, acting: Reasoned, response: Response, name: Name, question: Question,
    idempotency_key: Key = None,
) -> BacktestReport:  # fmt: skip
    """Try a candidate on history. Answers at once with the location of the back-test, which changes nothing."""
    document = document_of(name, question.document, running.executor.policies)
    if name not in running.backtests.offered:
        raise Problem(
            409,
            "no-backtest",
            f"Policy {name} has no back-test; {', '.join(sorted(running.backtests.offered)) or 'none'} can be tested.",
        )
    backtest_id = idempotency_key or str(uuid7())
    wanted = BacktestRequest(
        backtest_id, name, document.model_dump(mode="json"), question.starts_on, question.ends_on, acting.by.actor,
        running.clock.now(),
    )  # fmt: skip
    await running.backtests.submit(wanted, acting.by)
    row = await running.backtests.one(name, backtest_id)
    if row is None or any(
        row[field] != getattr(wanted, field) for field in ("document", "starts_on", "ends_on", "requested_by")
    ):
        raise Problem(
            422, "idempotency-key-reused", "Send a new Idempotency-Key for a new request: this one was sent before."
        )
    response.headers["Location"] = f"/v1/policies/{name}/backtests/{backtest_id}"
    return BacktestReport(**row)


@router.get("", dependencies=[needs("backtests.read")])
async def list_backtests(
    running: Running,
    name: Name,
    limit: Limit = 50,
    after: After = None,
) -> BacktestPage:
    """The back-tests of a policy, the newest first, without their reports."""
    if name not in running.executor.policies.kinds:
        raise NotFound("policy", name)
    if after is not None and await running.backtests.one(name, after) is None:
        raise Problem(400, "bad-cursor", "The cursor in 'after' is not one that this list returned.")
    rows = await running.backtests.of(name, limit + 1, after)
    shown = [BacktestAnswer(**row) for row in rows[:limit]]
    return BacktestPage(items=shown, next=shown[-1].backtest_id if len(rows) > limit else None)


@router.get("/{backtest_id}", dependencies=[needs("backtests.read")])
async def show_backtest(running: Running, name: Name, backtest_id: Name) -> BacktestReport:
    """One back-test with its report."""
    return await _found(running, name, backtest_id)


async def _found(running: Runtime, name: str, backtest_id: str) -> BacktestReport:
    row = await running.backtests.one(name, backtest_id)
    if row is None:
        raise NotFound(f"back-test of policy {name} with the id", backtest_id)
    return BacktestReport(**row)
