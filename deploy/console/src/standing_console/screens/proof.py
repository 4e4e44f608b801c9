"""Proof: what of ``standing verify`` can be found out through the services, and the command for the rest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse

from standing_console.faults import Fault
from standing_console.languages import N_, Words
from standing_console.readings import Reading
from standing_console.screens import proof_run
from standing_console.screens.forms import Posted, posted
from standing_console.screens.proven import proven
from standing_console.screens.screen import Page, Panel, Screen
from standing_console.visit import Visit

EVERY_S, RUN_EVERY_S = 10, 3
SET_ASIDE = "admin.set-aside.read"
router = APIRouter()
Form = Annotated[Posted, Depends(posted)]
Outcome = Literal["good", "behind", "bad"]


@dataclass(frozen=True)
class Check:
    """One line; what is ``behind`` is not wrong: events are on their way."""

    service: str
    subject: str
    outcome: Outcome
    detail: str


async def checks(visit: Visit) -> dict[str, Any]:
    readings, faults = await visit.of_each(visit.reading)
    aside, others = await visit.of_each(lambda service: _set_aside(visit, service))
    faults += [
        fault for fault in others if not any(type(fault) is type(each) and _same(fault, each) for each in faults)
    ]
    found = [
        check
        for service, reading in readings.items()
        for check in _checks(service, reading, readings, visit.words)
    ]  # fmt: skip
    found += [_of_set_aside(service, rows, visit.words) for service, rows in aside.items()]
    found.sort(key=lambda each: each.service)
    counts = {outcome: sum(each.outcome == outcome for each in found) for outcome in ("good", "behind", "bad")}
    heads = {service: reading.progress["heads"] for service, reading in readings.items()}
    read_at = min((each.read_at for each in readings.values()), default=None)
    return {"checks": found, "counts": counts, "faults": faults, "heads": heads, "read_at": read_at}


def _same(one: Fault, other: Fault) -> bool:
    return one.args == other.args


async def _set_aside(visit: Visit, service: str) -> list[dict[str, Any]]:
    await visit.need(service, SET_ASIDE)
    rows, after = list[dict[str, Any]](), None
    while True:
        page = await visit.look(service, "/v1/admin/set-aside", after=after, limit=200)
        rows += page["items"]
        if (after := page["next"]) is None:
            return rows


def _checks(service: str, reading: Reading, readings: Mapping[str, Reading], words: Words) -> Iterator[Check]:
    progress = reading.progress
    if progress["halted"]:
        yield Check(service, words("log"), "bad", words("it has halted: {reason}", reason=progress["halted"]))
    left = sum(reading.lags(progress["relay"]).values())
    yield Check(
        service, words("publishing"), "behind" if left else "good",
        words("{n} of {all} events are not published yet", n=words.number(left), all=words.number(reading.events))
        if left else words("all {n} events are published", n=words.number(reading.events)),
    )  # fmt: skip
    for topic in sorted(progress["inbox"]):
        owner = readings.get(f"{topic.removesuffix('.events')}-svc") if topic.endswith(".events") else None
        if owner is not None:
            yield _inbox(service, topic, progress["inbox"][topic], owner, words)
    behind = {
        name: each for name, at in progress["read_models"].items() if (each := sum(reading.lags(at).values()))
    }  # fmt: skip
    yield Check(
        service, words("read models"), "behind" if behind else "good",
        words("{names} have events before them", names=", ".join(behind)) if behind
        else words("all {n} are at the end of the log", n=len(progress["read_models"])),
    )  # fmt: skip
    stuck = [name for name, count in progress["stuck"].items() if count]
    detail = words("stuck: {names}", names=", ".join(stuck)) if stuck else words("nothing is stuck")
    yield Check(service, words("timers"), "bad" if stuck else "good", detail)


def _inbox(service: str, topic: str, inbox: Mapping[str, Any], owner: Reading, words: Words) -> Check:
    heads = owner.progress["heads"]
    left = sum(max(0, head - inbox.get(p, {}).get("position", 0)) for p, head in heads.items())
    # The owner was read a moment before or after, so an inbox may be a little past what is known of its log, and no fault.
    detail = (
        words("{n} of {all} positions are not taken yet", n=words.number(left), all=words.number(owner.events))
        if left
        else words("every position of {n} is taken", n=words.number(owner.events))
    )
    return Check(service, words("inbox of {topic}", topic=topic), "behind" if left else "good", detail)


def _of_set_aside(service: str, rows: list[dict[str, Any]], words: Words) -> Check:
    waiting = [row for row in rows if row["status"] == "waiting"]
    named = "; ".join(
        words("{name} does without {type} at position {n}", name=row["name"], type=row["type"], n=row["position"])
        for row in (waiting or rows)[:5]
    )
    if waiting:
        detail = words("nobody has decided: {what}", what=named)
    else:
        detail = words("decided: {what}", what=named) if rows else words("no event is set aside")
    return Check(service, words("set aside"), "bad" if waiting else "good", detail)


async def comparisons(visit: Visit) -> dict[str, Any]:
    return {"run": proof_run.run_of(visit)}


async def compare_form(visit: Visit) -> dict[str, Any]:
    """Apart from what loads again and again, so that nobody types into what is replaced."""
    may = dict[str, bool]()
    for service in visit.services:
        try:
            may[service] = await visit.may(service, proof_run.COMPARE)
        except Fault:
            may[service] = False
    return {"may": any(may.values()), "right": proof_run.COMPARE}


async def command(_: Visit) -> dict[str, Any]:
    return {}


@router.post("/proof/comparisons")
async def compare(form: Form) -> RedirectResponse:
    """Begin to compare every read model with a fresh build."""
    visit, words = form.visit, form.visit.words
    running = proof_run.run_of(visit)
    if running is not None and not running.over:
        return form.back("/proof", words("It runs already."), good=False)
    try:
        visit.session.run = await proof_run.begin(visit, form.reason)
    except Fault as fault:
        return form.back("/proof", fault.sentence(words), good=False)
    return form.back(
        "/proof", words("The comparison of all read models has begun; it goes on while you look at other pages.")
    )


SCREEN = Screen(
    "proof",
    N_("Proof"),
    "shield-check",
    (
        Page(
            "/proof",
            N_("Proof"),
            (
                Panel("checks", N_("What the services say, held against each other"), checks, EVERY_S),
                Panel("proven", N_("Verified, sealed and backed up"), proven, EVERY_S),
                Panel("comparisons", N_("Read models against fresh builds"), comparisons, RUN_EVERY_S),
                Panel("compare", N_("Compare all read models"), compare_form),
                Panel("command", N_("What takes the command"), command),
            ),
        ),
    ),
    router,
)
