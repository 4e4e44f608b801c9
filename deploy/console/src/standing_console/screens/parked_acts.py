"""What an operator does about parked messages: edit, retry, discard; one, or all of a filter by their number typed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse

from standing_console.faults import Fault, Misused, NotFound
from standing_console.languages import N_
from standing_console.screens.forms import Posted, posted
from standing_console.screens.message import Message
from standing_console.visit import Visit

BULK = ("retry", "discard")
BULK_MAX = 10_000
GROUPED = ("source", "type", "code")
EDITED = ("headers", "value")
router = APIRouter()
Form = Annotated[Posted, Depends(posted)]


def number_of(text: str) -> int:
    """Raises NotFound for what is no number of a message."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise NotFound(text)
    return int(text)


async def counted(visit: Visit, service: str, chosen: Mapping[str, str]) -> int | None:
    """How many messages a filter has; None for one that is narrower than a group, or takes everything."""
    if not chosen or set(chosen) - set(GROUPED):
        return None
    summary = await visit.look(service, "/v1/admin/parked/summary")
    return sum(
        int(row["message_count"])
        for row in summary["items"]
        if all(row[name] == value for name, value in chosen.items())
    )


@router.post("/parked/{service}/bulk")
async def all_at_once(service: str, form: Form) -> RedirectResponse:
    """Retry or discard the messages of a filter that were there when the form was shown, if they are still as many."""
    visit, words = form.visit, form.visit.words
    chosen = {name: value for name in GROUPED if (value := form.text(name))}
    page = f"/parked/{visit.services.check(service)}?{urlencode(chosen)}"
    act = form.text("act")
    if act not in BULK:
        raise Misused(N_("Choose what is to be done."))
    try:
        count = await counted(visit, service, chosen)
        if count is None or str(count) != form.text("count"):
            return form.back(page, words("The messages have changed meanwhile; look at them again."), good=False)
        if form.text("typed") != str(count):
            sentence = words("Nothing was done: type the number of messages, {n}, to confirm.", n=count)
            return form.back(page, sentence, good=False)
        if count > BULK_MAX:
            return form.back(page, words("These are too many at once; choose fewer."), good=False)
        return await _act_on_all(form, service, act, chosen, page)
    except Fault as fault:
        return form.back(page, fault.sentence(words), good=False)


async def _act_on_all(form: Posted, service: str, act: str, chosen: Mapping[str, str], page: str) -> RedirectResponse:
    visit, words = form.visit, form.visit.words
    # What is parked after the form was shown stays: nobody has looked at it.
    age = (await visit.reading(service)).now - datetime.fromisoformat(form.text("seen_at"))
    body = {
        "chosen": {**chosen, "older_than_s": max(0.0, age.total_seconds())},
        "reason": form.reason,
        "limit_count": BULK_MAX,
    }
    if act == "retry":
        done = await visit.act("POST", service, "/v1/admin/parked/retries", form.key, body)
        sentence = words(
            "{handled} messages were handled; {left} keys are parked still.",
            handled=done["handled_count"], left=done["still_parked_key_count"],
        )  # fmt: skip
        return form.back(page, sentence, good=not done["still_parked_key_count"])
    done = await visit.act("POST", service, "/v1/admin/parked/discards", form.key, body)
    return form.back(page, words("{n} messages were discarded; they stay on record.", n=done["discarded_count"]))


@router.post("/parked/{service}/{number}/{act}")
async def one(service: str, number: str, act: str, form: Form) -> RedirectResponse:
    """``edit``, ``retry`` or ``discard``."""
    visit, words = form.visit, form.visit.words
    page, path = f"/parked/{visit.services.check(service)}/{number_of(number)}", f"/v1/admin/parked/{number_of(number)}"
    body: dict[str, Any] = {"reason": form.reason}
    if act not in ("edit", "retry", "discard"):
        raise NotFound(act)
    try:
        if act == "edit":
            body |= await _change(form, service, path)
        done = await visit.act("POST", service, f"{path}/{act}", form.key, body)
    except Fault as fault:
        if act == "edit":  # what was typed is not lost
            visit.session.refused = page, {name: form.fields.get(name, "") for name in EDITED}
        return form.back(page, fault.sentence(words), good=False)
    if act == "discard":
        return form.back(page, words("The message is discarded; it stays on record."))
    if done["message"]["status"] == "parked":
        sentence = words("The message is parked still: {reason}", reason=done["message"]["reason"])
        return form.back(page, sentence, good=False)
    behind = done["handled_count"] - 1
    if behind > 0:
        sentence = words.plural(
            "The message is handled, and {n} that waited behind it.",
            "The message is handled, and {n} that waited behind it.",
            behind,
        )
        return form.back(page, sentence)
    return form.back(page, words("The message is handled."))


async def _change(form: Posted, service: str, path: str) -> dict[str, Any]:
    """What the form changes of the message. Raises Misused where that is nothing."""
    message = Message(await form.visit.look(service, path))
    headers = message.changed_headers(form.fields.get("headers", ""))
    # A form's lines end as those of a telegram; the message's own ends stand unless the text was changed.
    value = form.fields.get("value", "").replace("\r\n", "\n")
    changed = value != message.present["value"].replace("\r\n", "\n")
    if not changed and not headers:
        raise Misused(N_("Nothing was changed, so nothing was done."))
    return {"headers": headers, "value": value if changed else None}
