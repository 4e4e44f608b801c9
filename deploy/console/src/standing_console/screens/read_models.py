"""Read models: their builds and how far each is; rebuild, compare, go back, cancel."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from standing_console.faults import Fault, Misused, NotFound
from standing_console.languages import N_
from standing_console.readings import Reading
from standing_console.screens.forms import Posted, posted
from standing_console.screens.screen import Page, Panel, Screen
from standing_console.tables import Column, Table
from standing_console.visit import Visit

EVERY_S = 5
READ, REBUILD, COMPARE = "admin.projections.read", "admin.projections.rebuild", "admin.projections.compare"
router = APIRouter()
Form = Annotated[Posted, Depends(posted)]


@dataclass(frozen=True)
class Build:
    """A build with how far it is: ``taken`` of ``head`` events; ``left`` until it has caught up, None where nobody can say."""

    build: int
    name: str
    version: int
    status: str
    fault: str | None
    taken: int
    head: int
    rate: float | None

    @property
    def behind(self) -> int:
        return max(0, self.head - self.taken)

    @property
    def share(self) -> float:
        return min(1.0, self.taken / self.head) if self.head else 1.0

    @property
    def left(self) -> timedelta | None:
        return timedelta(seconds=self.behind / self.rate) if self.rate and self.behind else None


@dataclass(frozen=True)
class Model:
    """A read model of a service with its builds, the live one first."""

    service: str
    name: str
    builds: tuple[Build, ...]

    @property
    def live(self) -> Build | None:
        return next((each for each in self.builds if each.status == "live"), None)

    @property
    def others(self) -> tuple[Build, ...]:
        return tuple(each for each in self.builds if each.status in ("building", "checking"))

    @property
    def retired(self) -> Build | None:
        return next((each for each in self.builds if each.status == "retired"), None)

    @property
    def built_percent(self) -> int | None:
        """How far the newest build is that is not live yet."""
        return int(100 * self.others[0].share) if self.others else None

    @property
    def fault(self) -> str:
        """Why a build stands still; empty where none does."""
        return "; ".join(each.fault for each in self.builds if each.fault)

    @property
    def needs_looking(self) -> bool:
        return bool(self.fault) or bool(self.others) or not self.live or bool(self.live.behind)

    @property
    def href(self) -> str:
        return f"/read-models/{self.service}/{quote(self.name, safe='')}"


STATES: dict[str, Callable[[Model], bool]] = {
    "behind": lambda model: bool(model.live and model.live.behind),
    "building": lambda model: bool(model.others),
    "faulty": lambda model: bool(model.fault) or not model.live,
}
"""By which the list is filtered."""
TABLE = Table[Model](
    (
        Column("service", N_("Service"), lambda model: model.service),
        Column("name", N_("Read model"), lambda model: model.name),
        Column("version", N_("Version"), lambda model: model.live and model.live.version, numeric=True),
        Column("build", N_("Build"), lambda model: model.live and model.live.build, numeric=True),
        Column("taken", N_("Events taken"), lambda model: model.live and model.live.taken, numeric=True),
        Column("behind", N_("Behind"), lambda model: model.live and model.live.behind, numeric=True),
        Column("built_percent", N_("Being built"), lambda model: model.built_percent, numeric=False),
        Column("fault", "", lambda model: model.fault),
    ),
    "service",
)


async def _models(visit: Visit, service: str) -> list[Model]:
    await visit.need(service, READ)
    reading, listed = await asyncio.gather(visit.reading(service), visit.look(service, "/v1/admin/projections"))
    by_name: dict[str, list[Build]] = {}
    for row in listed["items"]:
        by_name.setdefault(row["name"], []).append(_build(visit, service, row, reading))
    order = {"live": 0, "building": 1, "checking": 2, "retired": 3}
    return [
        Model(service, name, tuple(sorted(builds, key=lambda each: (order[each.status], -each.build))))
        for name, builds in sorted(by_name.items())
    ]


def _build(visit: Visit, service: str, row: dict[str, Any], reading: Reading) -> Build:
    rate = None
    if row["status"] in ("live", "building"):
        field = "read_models" if row["status"] == "live" else "building"
        rate = visit.readings.rate(
            service, lambda each: each.projected(row["name"], each.progress[field].get(row["name"], {}))
        )
    taken = sum(row["positions"].values())
    head = max(reading.events, taken)
    return Build(row["build"], row["name"], row["version"], row["status"], row["fault"], taken, head, rate)


async def builds(visit: Visit) -> dict[str, Any]:
    models, faults = await _chosen(visit)
    order = TABLE.order(visit, "/read-models")
    return {
        "models": order.sorted(models), "order": order, "faults": faults, "services": list(visit.services),
        "chosen": {name: visit.query(name) for name in ("service", "name", "state")}, "states": STATES,
    }  # fmt: skip


async def _chosen(visit: Visit) -> tuple[list[Model], list[Fault]]:
    """Those of the filter, by service and name. Raises Misused for a state that there is not."""
    state, name = visit.query("state"), visit.query("name").casefold()
    if state and state not in STATES:
        raise Misused(N_("There is no such choice."))
    if service := visit.query("service"):
        found, faults = {service: await _models(visit, visit.services.check(service))}, list[Fault]()
    else:
        found, faults = await visit.of_each(lambda service: _models(visit, service))
    models = [model for each in found.values() for model in each]
    return [each for each in models if name in each.name.casefold() and (not state or STATES[state](each))], faults


@router.get("/read-models/export.{kind}")
async def export(request: Request, kind: str) -> Response:
    visit: Visit = request.app.state.console.visit(request)
    models, faults = await _chosen(visit)
    if faults:
        raise faults[0]  # a table with a service missing would look whole
    return TABLE.export("read-models", kind, TABLE.order(visit, "/read-models").sorted(models))


async def _one(visit: Visit) -> Model:
    service, name = visit.services.check(visit.path("service")), visit.path("name")
    for model in await _models(visit, service):
        if model.name == name:
            return model
    raise NotFound(name)


async def one(visit: Visit) -> dict[str, Any]:
    return {"model": await _one(visit)}


async def acts(visit: Visit) -> dict[str, Any]:
    model = await _one(visit)
    may = {right: await visit.may(model.service, right) for right in (REBUILD, COMPARE)}
    return {
        "model": model,
        "may_rebuild": may[REBUILD],
        "may_compare": may[COMPARE],
        "rebuild": REBUILD,
        "compare": COMPARE,
    }


@router.post("/read-models/{service}/{name}/{act}")
async def do(service: str, name: str, act: str, form: Form) -> RedirectResponse:
    """``rebuild``, ``compare``, ``rollback`` or ``cancel``."""
    words, page = form.visit.words, f"/read-models/{service}/{quote(name, safe='')}"
    path = f"/v1/admin/projections/{quote(name, safe='')}"
    match act:
        case "rebuild":
            method, sentence = "POST", words("A new build of {name} has begun.", name=name)
            path += "/rebuilds"
        case "rollback":
            method, sentence = "POST", words("{name} goes back to its former build, which catches up first.", name=name)
            path += "/rollback"
        case "cancel":
            build = form.text("build")
            if not build.isascii() or not build.isdigit():
                raise Misused(N_("This form names no build."))
            method, sentence = "DELETE", words("Build {build} of {name} is dropped.", build=build, name=name)
            path += f"/builds/{build}"
        case "compare":
            method, sentence = "POST", ""
            path += "/comparisons"
        case _:
            raise NotFound(act)
    try:
        answer = await form.visit.act(method, service, path, form.key, reason=form.reason)
    except Fault as fault:
        return form.back(page, fault.sentence(words), good=False)
    if act == "compare":
        return form.back(page, *_compared(form.visit, name, answer))
    return form.back(page, sentence)


def _compared(visit: Visit, name: str, answer: dict[str, Any]) -> tuple[str, bool]:
    differing = answer["only_live"] + answer["only_rebuilt"]
    if not answer["same_position"]:
        return visit.words("{name} could not be compared: the log went on meanwhile. Try again.", name=name), False
    if not differing:
        return visit.words("{name} is as a fresh build is, row for row.", name=name), True
    sentence = visit.words(
        "{name} differs from a fresh build: {live} rows are only in the live one, {rebuilt} only in the fresh one.",
        name=name, live=answer["only_live"], rebuilt=answer["only_rebuilt"],
    )  # fmt: skip
    return sentence, False


SCREEN = Screen(
    "read_models",
    N_("Read models"),
    "database",
    (
        Page("/read-models", N_("Read models"), (Panel("builds", N_("Builds"), builds, EVERY_S),)),
        Page(
            "/read-models/{service}/{name}",
            N_("Read model {name} of {service}"),
            (Panel("one", N_("Builds"), one, EVERY_S), Panel("acts", N_("What can be done"), acts, EVERY_S)),
        ),
    ),
    router,
)
