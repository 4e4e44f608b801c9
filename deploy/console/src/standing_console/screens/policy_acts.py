"""What one does about a policy: edit a draft, try it on history, run it beside the live one, publish it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from standing_console.exports import exported
from standing_console.faults import Fault, Misused, NotFound, Refused
from standing_console.languages import N_
from standing_console.screens import filled_forms
from standing_console.screens import policy_versions as policies
from standing_console.screens.documents import faults_by_place
from standing_console.screens.forms import Posted, posted
from standing_console.screens.outcomes import tables_of
from standing_console.screens.policy_versions import Draft, Name, named
from standing_console.visit import Visit

router = APIRouter()
Form = Annotated[Posted, Depends(posted)]


async def backtest_of(visit: Visit) -> tuple[Name, Mapping[str, Any]]:
    """A back-test that the address names. Raises Fault."""
    name = named(visit)
    await visit.need(name.service, policies.TESTS_READ)
    path = f"{name.path}/backtests/{quote(visit.path('backtest'), safe='')}"
    try:
        row: Mapping[str, Any] = await visit.look(name.service, path)
    except Refused as refused:
        if refused.status == 404:
            raise NotFound(path) from refused
        raise
    return name, row


@router.post("/policies/{service}/{name}/draft")
async def begin(form: Form) -> RedirectResponse:
    """A draft of what stands somewhere already: a version, the candidate, what somebody tried on history; or none any more."""
    visit, name = form.visit, named(form.visit)
    kind, _, which = form.text("origin").partition(":")
    try:
        newest = await policies.version(visit, name)
        match kind:
            case "version" if which.isascii() and which.isdigit() and len(which) < 10:
                document, origin = (await policies.version(visit, name, int(which))).document, ""
            case "shadow":
                beside = await policies.candidate(visit, name)
                document, origin = (beside or {"document": newest.document})["document"], ""
            case "backtest":
                row = await visit.look(name.service, f"{name.path}/backtests/{quote(which, safe='')}")
                document, origin = row["document"], row["requested_by"]
            case "drop":
                policies.drop(visit, name)
                return form.back(name.page, visit.words("The draft is dropped."))
            case _:
                raise Misused(N_("Choose what is to be done."))
    except Fault as fault:
        return form.back(name.page, fault.sentence(visit.words), good=False)
    policies.put(visit, name, Draft(dict(document), newest.number, origin))
    return RedirectResponse(f"{name.page}/{'review' if kind == 'backtest' else 'edit'}", 303)


@router.post("/policies/{service}/{name}/edit")
async def edit(form: Form) -> RedirectResponse:
    """Remember what was typed; then add or remove a part, or go on to the review."""
    visit, name = form.visit, named(form.visit)
    act, _, pointer = form.text("act").partition(":")
    base = form.text("base")
    if not base.isascii() or not base.isdigit() or len(base) > 9:
        raise Misused(filled_forms.LOST)
    before = policies.draft_of(visit, name)
    as_text = "json" in form.fields
    try:
        document = _parsed(visit, form.fields["json"]) if as_text else filled_forms.filled(form.fields)
    except Misused as misused:
        if as_text:
            at_hand = before or Draft(dict((await policies.version(visit, name)).document), int(base))
            policies.put(visit, name, replace(at_hand, text=form.fields["json"]))
        return form.back(f"{name.page}/edit{'?as=text' if as_text else ''}", misused.sentence(visit.words), good=False)
    origin = before.origin if before and before.document == document else ""
    now = Draft(document, int(base), origin)
    policies.put(visit, name, now)
    page = f"{name.page}/edit"
    try:
        match act:
            case "add" | "remove" | "choose":
                schema = await policies.schema(visit, name) or {}
                changed, touched = _changed(form, document, schema, act, pointer)
                policies.put(visit, name, replace(now, document=changed, touched=touched))
            case "text":
                page += "?as=text"
            case "review":
                page = f"{name.page}/review"
    except Fault as fault:
        policies.put(visit, name, replace(now, touched=pointer))
        return form.back(page, fault.sentence(visit.words), good=False)
    return RedirectResponse(page, 303)


def _changed(
    form: Posted, document: dict[str, Any], schema: Mapping[str, Any], act: str, pointer: str
) -> tuple[dict[str, Any], str]:
    """What a button of the form does, and the pointer of what stands open afterwards. Raises Misused."""
    match act:
        case "add":
            return filled_forms.grown(document, schema, pointer, form.text(f"key:{pointer}"))
        case "remove":
            return filled_forms.without(document, schema, pointer), pointer.rpartition("/")[0]
        case _:
            return filled_forms.chosen(document, schema, pointer, form.text(f"kind:{pointer}")), pointer


def _parsed(visit: Visit, text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except RecursionError:
        raise Misused(N_("A policy is one JSON object.")) from None
    except json.JSONDecodeError as error:
        raise Misused(N_("Line {line} is no JSON: {reason}."), line=error.lineno, reason=error.msg) from None
    if not isinstance(document, dict):
        raise Misused(N_("A policy is one JSON object."))
    return document


@router.post("/policies/{service}/{name}/review/{act}")
async def do(act: str, form: Form) -> RedirectResponse:
    """``backtest``, ``shadow``, ``publish``, or ``follow``: take the newest version as what the draft follows."""
    visit, name = form.visit, named(form.visit)
    draft = policies.draft_of(visit, name)
    if draft is None:
        return form.back(name.page, visit.words("There is no draft any more; begin one."), good=False)
    try:
        match act:
            case "backtest":
                return await _try(form, name, draft)
            case "shadow":
                body = {"document": draft.document, "reason": form.reason}
                await visit.act("PUT", name.service, f"{name.path}/shadow", form.key, body)
                sentence = visit.words("The draft runs beside the live policy; it decides nothing.")
            case "publish":
                body = {
                    "document": draft.document,
                    "reason": form.reason,
                    "effective_from": form.text("effective_from"),
                }
                await visit.act("PUT", name.service, name.path, form.key, body, match=draft.base)
                policies.drop(visit, name)
                sentence = visit.words("Version {n} is published.", n=draft.base + 1)
            case "follow":
                newest = await policies.version(visit, name)
                policies.put(visit, name, replace(draft, base=newest.number))
                return RedirectResponse(f"{name.page}/review", 303)
            case _:
                raise NotFound(act)
    except Refused as refused:
        return _refused(form, name, draft, refused)
    except NotFound:
        raise
    except Fault as fault:
        return form.back(f"{name.page}/review", fault.sentence(visit.words), good=False)
    return form.back(name.page, sentence)


async def _try(form: Posted, name: Name, draft: Draft) -> RedirectResponse:
    body = {"document": draft.document, "starts_on": form.text("starts_on"), "ends_on": form.text("ends_on")}
    row = await form.visit.act("POST", name.service, f"{name.path}/backtests", form.key, body)
    return RedirectResponse(f"{name.page}/backtests/{quote(row['backtest_id'], safe='')}", 303)


def _refused(form: Posted, name: Name, draft: Draft, refused: Refused) -> RedirectResponse:
    """Back to the form, with what the service says beside the places that it means; to the review where it means none of them."""
    words = form.visit.words
    errors, others = faults_by_place(refused.detail, draft.document)
    if not errors or refused.status != 422:
        return form.back(f"{name.page}/review", refused.sentence(words), good=False)
    policies.put(form.visit, name, replace(draft, errors=errors, faults=others, touched=next(iter(errors))))
    sentence = words.plural(
        "The service refuses the draft in {n} place, which is marked.",
        "The service refuses the draft in {n} places, which are marked.",
        len(errors),
    )
    return form.back(f"{name.page}/edit", sentence, good=False)


@router.post("/policies/{service}/{name}/shadow/end")
async def end_shadow(form: Form) -> RedirectResponse:
    visit, name = form.visit, named(form.visit)
    try:
        await visit.act("DELETE", name.service, f"{name.path}/shadow", form.key, parameters={"reason": form.reason})
    except Fault as fault:
        return form.back(name.page, fault.sentence(visit.words), good=False)
    return form.back(name.page, visit.words("The candidate is ended."))


@router.get("/policies/{service}/{name}/backtests/{backtest}/export.{kind}")
async def export(request: Request, backtest: str, kind: str) -> Response:
    visit: Visit = request.app.state.console.visit(request)
    _, row = await backtest_of(visit)
    for table in tables_of(row["report"] or {}):
        if table.name == visit.query("table"):
            return exported(f"backtest-{table.name}", kind, table.columns, table.rows)
    raise NotFound(backtest)
