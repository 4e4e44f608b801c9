"""What a partner is shown: each JSON answer to a token that is bound to partners goes through the policy ``partner-access``, and no
text about a person is in it, not even sealed."""

from typing import Any

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.http.identity.caller import Caller
from chassis.http.identity.rights import SCOPE
from chassis.http.opened import FIELDS
from chassis.http.running import runtime_of
from chassis.partners import PartnerAccess


class PartnerAnswers:
    """Holds back the answers to partners until they are whole, and leaves out what the policy of the service leaves out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller: Caller | None = scope.get(SCOPE)
        if caller is None or not caller.partner:
            await self._app(scope, receive, send)
            return
        kinds = runtime_of(scope["app"]).executor.policies.kinds
        kind = kinds[PartnerAccess.NAME]
        assert issubclass(kind, PartnerAccess)
        await self._app(scope, receive, _Answer(kind, send))


class _Answer:
    def __init__(self, kind: type[PartnerAccess], send: Send) -> None:
        self._kind, self._send = kind, send
        self._head: Message | None = None
        self._parts: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_json(message):
            self._head = message
        elif self._head is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._parts.append(message.get("body", b""))
            if not message.get("more_body"):
                await self._end(self._head, b"".join(self._parts))

    async def _end(self, head: Message, body: bytes) -> None:
        if body:
            body = orjson.dumps(self._kind.shown(_without_persons(orjson.loads(body))))
        headers = [(name, value) for name, value in head["headers"] if name.lower() != b"content-length"]
        await self._send({**head, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
        await self._send({"type": "http.response.body", "body": body})


def _without_persons(answer: Any) -> Any:
    if isinstance(answer, list):
        return [_without_persons(each) for each in answer]
    if not isinstance(answer, dict):
        return answer
    return None if answer.keys() == FIELDS else {name: _without_persons(value) for name, value in answer.items()}


def _is_json(head: Message) -> bool:
    content = next((value for name, value in head["headers"] if name.lower() == b"content-type"), b"")
    return bool(content.startswith(b"application/json"))
