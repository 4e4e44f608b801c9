"""A service that was invented for the screens of policies: one policy with a rule for every kind of value, as the chassis answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from fastapi import FastAPI, Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field, ValidationError, model_validator

from chassis.errors import sentence_of
from chassis.http.backtests import BacktestReport, Question
from chassis.http.policies import Candidate, NewVersion, PublishedVersion, Shadow
from chassis.http.policy_schemas import schema_of
from chassis.policies import Policy, PolicyPart
from contracts.personal import IN_CLEAR, Personal

SERVICE, POLICY = "ruled-svc", "reminding"
NOW = datetime(2025, 3, 1, 9, 0, tzinfo=UTC)
RIGHTS = (
    "policies.read",
    "policies.publish",
    "policies.shadow",
    "backtests.run",
    "backtests.read",
    "audit.read",
    "admin.progress.read",
)


class Rung(PolicyPart):
    """A step of the ladder."""

    step: Literal["call", "letter", "visit"]
    after_days: Annotated[int, Field(ge=0, lt=1000)]


class Interest(PolicyPart):
    """What lateness costs."""

    percent: Annotated[Decimal, Field(ge=0, le=24)] = Decimal("7.50")
    """Of a year."""
    since: date = date(2024, 1, 1)


class Pause(PolicyPart):
    """Days on which nobody is reminded."""

    days: Annotated[int, Field(gt=0)]
    named: Annotated[str, Field(min_length=1, pattern=r"^[a-z0-9_-]+$")]


class Reminding(Policy):
    """Every kind of value that a policy may have."""

    NAME: ClassVar[str] = POLICY
    pace: Literal["sequential", "straight"] = "sequential"
    automatic: bool = True
    grace_days: int = 2
    """Days after the due date on which ``nothing`` happens."""
    cap: Annotated[Decimal, Field(gt=0)] | None = None
    text: str = "Dear customer,\nplease pay."
    interest: Interest = Interest()
    ladder: Annotated[tuple[Rung, ...], Field(min_length=1)] = (
        Rung(step="call", after_days=3),
        Rung(step="letter", after_days=7),
    )
    points: dict[Literal["A", "B", "C", "D-1"], Decimal] = Field(default={"A": Decimal(0), "D-1": Decimal(5)})
    exempt: tuple[str, ...] = ()
    pauses: tuple[Annotated[str, Field(max_length=40)] | Pause, ...] = ()
    """By name, or as they are."""
    holiday: Pause | None = None
    contacts: dict[str, Personal] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _climbs(self) -> Reminding:
        days = [rung.after_days for rung in self.ladder]
        if days != sorted(days):
            raise ValueError("each rung must come later than the one before it")
        return self


def document(**changed: Any) -> dict[str, Any]:
    return Reminding.model_validate(changed).model_dump(mode="json")


@dataclass
class Ruled:
    """What the service holds; ``rights`` are those of whoever comes, ``subject`` whoever requests a back-test.

    One that is ``older`` publishes no schema.
    """

    older: bool = False
    rights: tuple[str, ...] = RIGHTS
    subject: str = "tang"
    versions: list[PublishedVersion] = field(
        default_factory=lambda: [
            _version(1, date.min, document()),
            _version(2, date(2025, 2, 1), document(grace_days=3)),
        ]
    )
    shadow: Shadow | None = None
    backtests: dict[str, BacktestReport] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)


def _version(number: int, on: date, content: dict[str, Any]) -> PublishedVersion:
    return PublishedVersion(name=POLICY, version=number, effective_from=on, document=content)


def _problem(status: int, kind: str, detail: str) -> JSONResponse:
    body = {"type": f"/problems/{kind}", "title": kind, "status": status, "detail": detail}
    return JSONResponse(body, status, media_type="application/problem+json")


def _checked(content: dict[str, Any]) -> dict[str, Any] | JSONResponse:
    try:
        return Reminding.model_validate(content).model_dump(mode="json", context=IN_CLEAR)
    except ValidationError as error:
        return _problem(422, "policy-cannot-work", f"Policy {POLICY} cannot work: {sentence_of(error)}")


def app_of(ruled: Ruled) -> FastAPI:
    app = FastAPI()

    @app.middleware("http")
    async def note(request: Request, following: Any) -> Any:
        if request.method != "GET":
            ruled.writes.append(f"{request.method} {request.url.path}")
        return await following(request)

    @app.get("/v1/me")
    async def me() -> dict[str, Any]:
        return {"rights": list(ruled.rights)}

    @app.get("/v1/admin/progress")
    async def progress() -> dict[str, Any]:
        return {"heads": {}, "relay": {}, "read_models": {}, "now": NOW.isoformat()}

    @app.get("/v1/admin/actions")
    async def actions(action: str, thing: str) -> dict[str, Any]:
        assert (action, thing) == ("policy published", f"policies/{POLICY}")
        rows = [
            {
                "actor": "sun",
                "done_at": NOW.isoformat(),
                "reason": "customers <b>asked</b> for it",
                "after": {"version": 2},
            },
            *(
                {"actor": "tang", "done_at": NOW.isoformat(), "reason": reason, "after": {"version": number}}
                for number, reason in enumerate(ruled.reasons, 3)
            ),
        ]
        return {"items": rows, "next": None}

    _add_policies(app, ruled)
    _add_backtests(app, ruled)
    return app


def _add_policies(app: FastAPI, ruled: Ruled) -> None:
    @app.get("/v1/policies")
    async def listed() -> dict[str, Any]:
        return {"items": [ruled.versions[-1].model_dump(mode="json")], "next": None}

    @app.get(f"/v1/policies/{POLICY}", response_model=None)
    async def show(version: int | None = None) -> PublishedVersion | Response:
        found = ruled.versions[-1:] if version is None else [each for each in ruled.versions if each.version == version]
        return found[0] if found else _problem(404, "not-found", "There is no such version.")

    @app.get(f"/v1/policies/{POLICY}/schema", response_model=None)
    async def schema() -> Any:
        return _problem(404, "not-found", "There is nothing at this path.") if ruled.older else schema_of(Reminding)

    @app.put(f"/v1/policies/{POLICY}", response_model=None)
    async def publish(new: NewVersion, if_match: Annotated[str, Header()]) -> Any:
        newest = ruled.versions[-1].version
        checked = _checked(new.document)
        if isinstance(checked, JSONResponse):
            return checked
        if if_match != f'"{newest}"':
            return _problem(412, "policy-moved-on", f"Policy {POLICY} is now at version {newest}, not {if_match}.")
        ruled.versions.append(_version(newest + 1, new.effective_from, checked))
        ruled.reasons.append(new.reason)
        return {"stream": f"policy-{POLICY}", "version": newest, "events": ["ruled.PolicyPublished"]}

    @app.get(f"/v1/policies/{POLICY}/shadow", response_model=None)
    async def beside() -> Any:
        return ruled.shadow or _problem(404, "not-found", "There is no candidate.")

    @app.put(f"/v1/policies/{POLICY}/shadow", response_model=None)
    async def run(new: Candidate) -> Any:
        checked = _checked(new.document)
        if isinstance(checked, JSONResponse):
            return checked
        ruled.shadow = Shadow(name=POLICY, shadow=1, document=checked)
        return {"stream": f"policy-{POLICY}", "version": 1, "events": ["ruled.PolicyShadowed"]}

    @app.delete(f"/v1/policies/{POLICY}/shadow")
    async def end(reason: str) -> dict[str, Any]:
        ruled.shadow = None
        ruled.reasons.append(reason)
        return {"stream": f"policy-{POLICY}", "version": 2, "events": ["ruled.PolicyShadowEnded"]}


def _add_backtests(app: FastAPI, ruled: Ruled) -> None:
    path = f"/v1/policies/{POLICY}/backtests"

    @app.post(path, status_code=202, response_model=None)
    async def request(question: Question, idempotency_key: Annotated[str, Header()]) -> Any:
        checked = _checked(question.document)
        if isinstance(checked, JSONResponse):
            return checked
        ruled.backtests[idempotency_key] = BacktestReport(
            backtest_id=idempotency_key, policy=POLICY, document=checked, starts_on=question.starts_on,
            ends_on=question.ends_on, requested_by=ruled.subject, requested_at=NOW, status="done", read_count=9,
            event_count=9, error=None, finished_at=NOW, report=ruled.report,
        )  # fmt: skip
        return ruled.backtests[idempotency_key]

    @app.get(path)
    async def tests() -> dict[str, Any]:
        rows = [each.model_dump(mode="json", exclude={"report"}) for each in ruled.backtests.values()]
        return {"items": rows[::-1], "next": None}

    @app.get(path + "/{backtest_id}", response_model=None)
    async def one(backtest_id: str) -> Any:
        return ruled.backtests.get(backtest_id) or _problem(404, "not-found", "There is no such back-test.")
