"""Opening at the edge: what stands sealed in an answer is its text for a caller with the right to open it, and null once it was erased."""

from collections.abc import Iterator
from typing import Any

import orjson
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.http.acting import origin_of
from chassis.http.identity.caller import Caller
from chassis.http.identity.rights import SCOPE
from chassis.http.problems import problem_response
from chassis.http.running import runtime_of
from chassis.personal.opening import Opened, opened
from chassis.runtime import Runtime
from chassis.storage.database import AWAY, why_away
from contracts.personal import Sealed

OPEN = "personal.open"
AS_IT_IS = ("/v1/log", "/v1/admin", "/v1/personal", "/v1/schemas", "/openapi.json")
"""Answers that show what is stored: a log that is opened would not be the one that its hashes are of."""
SIGN = b'"sealed"'
FIELDS = {"sealed", "subject", "key"}
THINGS = "persons"


class Opening:
    """Looks through JSON answers to callers with the right ``personal.open``; others, and answers without anything sealed, pass.

    Nothing is opened for a token that is bound to partners, whatever its roles.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller: Caller | None = scope.get(SCOPE)
        if caller is None or caller.partner or OPEN not in caller.rights or scope["path"].startswith(AS_IT_IS):
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Answer(scope, caller, receive, send))


class _Answer:
    """Holds back the head of an answer until its body is known."""

    def __init__(self, scope: Scope, caller: Caller, receive: Receive, send: Send) -> None:
        self._scope, self._caller, self._receive, self._send = scope, caller, receive, send
        self._head: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._head = message
            return
        head, self._head = self._head, None
        if head is None:  # the further parts of a stream
            await self._send(message)
            return
        body = message.get("body", b"")
        if message["type"] == "http.response.body" and SIGN in body and not message.get("more_body") and _is_json(head):
            try:
                body = await self._opened(body)
            except AWAY as error:
                answer = problem_response(503, "database-away", why_away(error), {"Retry-After": "2"})
                await answer(self._scope, self._receive, self._send)
                return
            headers = [(name, value) for name, value in head["headers"] if name.lower() != b"content-length"]
            head = {**head, "headers": [*headers, (b"content-length", str(len(body)).encode())]}
            message = {**message, "body": body}
        await self._send(head)
        await self._send(message)

    async def _opened(self, body: bytes) -> bytes:
        document = orjson.loads(body)
        if not (found := list(_sealed_in(document))):
            return body
        runtime = runtime_of(self._scope["app"])
        texts = await texts_of(runtime, found)
        if not texts:
            return body
        await note_opened(Request(self._scope), runtime, self._caller, {each.subject for each in texts})
        return orjson.dumps(_with_texts(document, texts))


async def texts_of(runtime: Runtime, sealed: list[Sealed]) -> dict[Sealed, Opened]:
    """What opens here, and what was erased; what another service has sealed is left to it."""
    assert runtime.executor.personal_keys is not None
    once = list(dict.fromkeys(sealed))
    answers = zip(once, await opened(runtime.executor.personal_keys, once), strict=True)
    return {each: answer for each, answer in answers if answer.cause in (None, "erased")}


async def note_opened(request: Request, runtime: Runtime, caller: Caller, subjects: set[str]) -> None:
    """Record whose texts a request opens, before it is answered. Raises the driver's errors: then there is no answer."""
    origin = origin_of(request, runtime, caller, request.headers.get("x-reason"))
    named = sorted(subjects)
    await origin.looked(
        "personal.opened", *(f"{THINGS}/{each}" for each in named), subjects=named, path=request.url.path
    )


def _is_json(head: Message) -> bool:
    content = next((value for name, value in head["headers"] if name.lower() == b"content-type"), b"")
    return bool(content.startswith(b"application/json"))


def _sealed_in(document: Any) -> Iterator[Sealed]:
    waiting = [document]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            if (sealed := sealed_of(each)) is not None:
                yield sealed
            else:
                waiting += each.values()


def sealed_of(document: dict[str, Any]) -> Sealed | None:
    """The sealed text that a JSON object is; None for any other object."""
    if document.keys() != FIELDS:
        return None
    content, subject, key = document["sealed"], document["subject"], document["key"]
    if not (isinstance(content, str) and isinstance(subject, str) and type(key) is int and 0 < key < 2**31):
        return None
    return Sealed.model_construct(sealed=content, subject=subject, key=key)


def _with_texts(document: Any, texts: dict[Sealed, Opened]) -> Any:
    if isinstance(document, list):
        return [_with_texts(each, texts) for each in document]
    if not isinstance(document, dict):
        return document
    sealed = sealed_of(document)
    if sealed is not None:
        return texts[sealed].text if sealed in texts else document
    return {name: _with_texts(each, texts) for name, each in document.items()}
