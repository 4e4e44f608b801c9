"""Policies: what decides, its versions with who and why, drafts in a form, what a draft would have changed, and the way to publish it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from standing_console.faults import Fault, Misused, RightLacking
from standing_console.languages import N_
from standing_console.screens import policy_acts
from standing_console.screens import policy_versions as policies
from standing_console.screens.document_form import Maker
from standing_console.screens.documents import changes
from standing_console.screens.outcomes import Table, figures_of, tables_of
from standing_console.screens.policy_versions import Draft, Name, Version, named
from standing_console.screens.screen import Page, Panel, Screen
from standing_console.visit import Visit

EVERY_S = 3
ROWS_MAX = 200
"""Of a table of a back-test; all of them are in its file."""


async def listed(visit: Visit) -> dict[str, Any]:
    chosen = visit.query("service")
    if chosen:
        found, faults = {visit.services.check(chosen): await _listed(visit, chosen)}, list[Fault]()
    else:
        found, faults = await visit.of_each(lambda service: _listed(visit, service))
    return {"found": found, "faults": faults, "chosen": chosen, "services": list(visit.services)}


async def _listed(visit: Visit, service: str) -> list[tuple[Name, Version]]:
    await visit.need(service, policies.READ)
    page = await visit.look(service, "/v1/policies")
    return [
        (Name(service, row["name"]), Version(row["version"], row["effective_from"], row["document"]))
        for row in page["items"]
    ]


async def versions(visit: Visit) -> dict[str, Any]:
    name = await _readable(visit)
    found, may_audit = await policies.with_reasons(visit, name, await policies.versions(visit, name))
    first, second = _compared(visit, found)
    return {
        "name": name, "versions": found, "may_audit": may_audit, "audit": policies.AUDIT, "first": first, "second": second,
        "today": await _today(visit, name.service), "more": found[-1].number > 1,
        "draft": policies.draft_of(visit, name),
    }  # fmt: skip


async def difference(visit: Visit) -> dict[str, Any]:
    name = await _readable(visit)
    newest = await policies.version(visit, name)
    first, second = _compared(visit, [newest])
    before, after = await asyncio.gather(
        *(policies.version(visit, name, number) if number != newest.number else _same(newest) for number in (first, second))
    )  # fmt: skip
    return {"first": before, "second": after, "changes": list(changes(before.document, after.document))}


async def _same(version: Version) -> Version:
    return version


def _compared(visit: Visit, found: list[Version]) -> tuple[int, int]:
    """The numbers of the versions that are compared: those of the address, else the newest with the one before it."""
    newest = found[0].number
    chosen = [visit.query(name) for name in ("first", "second")]
    if any(each and not (each.isascii() and each.isdigit() and 1 <= int(each[:9]) <= newest) for each in chosen):
        raise Misused(N_("There is no such version."))
    return int(chosen[0] or max(1, newest - 1)), int(chosen[1] or newest)


async def shadow(visit: Visit) -> dict[str, Any]:
    name = await _readable(visit)
    beside, newest = await asyncio.gather(policies.candidate(visit, name), policies.version(visit, name))
    return {
        "name": name,
        "beside": beside,
        "newest": newest,
        "changes": list(changes(newest.document, beside["document"])) if beside else [],
        "may": await visit.may(name.service, policies.SHADOW),
    }


async def backtests(visit: Visit) -> dict[str, Any]:
    name = await _readable(visit)
    await visit.need(name.service, policies.TESTS_READ)
    page = await visit.look(name.service, f"{name.path}/backtests", limit=ROWS_MAX, after=visit.query("after"))
    return {"name": name, "rows": page["items"], "next": page["next"]}


async def draft(visit: Visit) -> dict[str, Any]:
    name = await _readable(visit)
    newest, schema = await asyncio.gather(policies.version(visit, name), policies.schema(visit, name))
    stored = policies.draft_of(visit, name)
    now = stored or Draft(dict(newest.document), newest.number)
    return {
        "name": name,
        "draft": now,
        "stored": stored is not None,
        "newest": newest.number,
        "form": None if schema is None else Maker(now.errors, now.touched).form(now.document, schema),
        "as_text": schema is None or visit.query("as") == "text",
        "changes": list(changes(newest.document, now.document)),
    }


async def review(visit: Visit) -> dict[str, Any]:
    name = await _readable(visit)
    stored, newest = policies.draft_of(visit, name), await policies.version(visit, name)
    rights = (policies.PUBLISH, policies.SHADOW, policies.TEST)
    may = {right.partition(".")[2]: await visit.may(name.service, right) for right in rights}
    return {
        "name": name,
        "draft": stored,
        "newest": newest.number,
        "changes": list(changes(newest.document, stored.document)) if stored else [],
        "may": may,
        "today": await _today(visit, name.service),
        "viewer": visit.session.subject,
    }


async def backtest(visit: Visit) -> dict[str, Any]:
    name, row = await policy_acts.backtest_of(visit)
    newest = await policies.version(visit, name)
    report: Mapping[str, Any] = row["report"] or {}
    tables: list[Table] = tables_of(report)
    return {
        "name": name, "row": row, "figures": figures_of(report), "tables": tables, "rows_max": ROWS_MAX,
        "changes": list(changes(newest.document, row["document"])), "newest": newest.number,
        "share": row["read_count"] / row["event_count"] if row["event_count"] else 0.0,
        "running": row["status"] in ("waiting", "running"),
        "may": await visit.may(name.service, policies.PUBLISH),
    }  # fmt: skip


async def _readable(visit: Visit) -> Name:
    name = named(visit)
    await visit.need(name.service, policies.READ)
    return name


async def _today(visit: Visit, service: str) -> str:
    """The day by the clock of the service, empty for who may not read it."""
    try:
        return (await visit.reading(service)).now.date().isoformat()
    except RightLacking:
        return ""


PAGE = "/policies/{service}/{name}"
SCREEN = Screen(
    "policies",
    N_("Policies"),
    "sliders-horizontal",
    (
        Page("/policies", N_("Policies"), (Panel("listed", N_("What decides, by service"), listed),)),
        Page(
            PAGE,
            N_("Policy {name} of {service}"),
            (
                Panel("versions", N_("Versions"), versions),
                Panel("difference", N_("Difference"), difference),
                Panel("shadow", N_("Beside the live one"), shadow),
                Panel("backtests", N_("Back-tests"), backtests, EVERY_S * 3),
            ),
        ),
        Page(f"{PAGE}/edit", N_("Draft of {name} of {service}"), (Panel("draft", N_("Draft"), draft),)),
        Page(f"{PAGE}/review", N_("Draft of {name} of {service}"), (Panel("review", N_("What it changes"), review),)),
        Page(
            PAGE + "/backtests/{backtest}",
            N_("Back-test of {name} of {service}"),
            (Panel("backtest", N_("What would have been decided"), backtest, EVERY_S),),
        ),
    ),
    policy_acts.router,
)
