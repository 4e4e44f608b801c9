"""The first replies to commands, as they are stored beside the log."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from chassis.commands import Accepted, Answer, Refused, Reply, Request
from chassis.contents_keys import ContentsKeys
from chassis.storage.log import Log

RECORDED_SHOWN = 500
"""Characters of an event's data that are quoted."""


async def known_answers(log: Log, requests: Sequence[Request]) -> dict[str, Answer]:
    """The answers to those that were executed before, by id; where one comes with other contents, with what the first ones became."""
    stored = await log.answers([request.id for request in requests if request.id is not None])
    known = {command_id: answer_of(answer) for command_id, answer in stored.items()}
    for command_id, first in known.items():
        if first.keyed is not None and log.contents_keys is not None:
            sent = [request.contents for request in requests if request.id == command_id]
            known[command_id] = first._replace(contents=log.contents_keys.match(first.keyed, sent))
    for request in requests:
        answer = known.get(request.id or "")
        if request.id is not None and answer is not None and not answer.is_for(request.contents):
            known[request.id] = answer._replace(recorded=await _recorded(log, answer.reply))
    return known


async def _recorded(log: Log, reply: Reply) -> str:
    """The events that a command became, with their data, for people."""
    if isinstance(reply, Refused) or not reply.event_types:
        return ""
    stored = await log.read_streams([reply.stream])
    became = [row for row in stored if 0 <= reply.version - row.envelope.version < len(reply.event_types)]
    return "; ".join(f"{row.envelope.type} {row.data[:RECORDED_SHOWN]}" for row in became)


def answer_json(answer: Answer, keys: ContentsKeys | None) -> str:
    """The first reply to a command with the hash of what was sent, as they are stored: under a key, where there are any.

    A keyed hash has a name of its own, so that a process of an earlier release takes it for none, and not for another one.
    """
    reply = answer.reply
    stored: dict[str, object] = (
        {"stream": reply.stream, "version": reply.version, "events": list(reply.event_types)}
        if isinstance(reply, Accepted)
        else {"code": reply.code, "detail": reply.detail, "status": reply.status}
    )
    if answer.contents is not None:
        name, contents = (
            ("contents", answer.contents) if keys is None else ("keyed", keys.newest.keyed(answer.contents))
        )
        stored[name] = contents
    return orjson.dumps(stored).decode()


def answer_of(stored: str) -> Answer:
    """The answer that ``answer_json`` stored."""
    answer: Mapping[str, Any] = orjson.loads(stored)
    contents, keyed = answer.get("contents"), answer.get("keyed")
    if "code" in answer:
        return Answer(Refused(answer["code"], answer["detail"], answer["status"], repeated=True), contents, keyed=keyed)
    accepted = Accepted(answer["stream"], answer["version"], tuple(answer["events"]), repeated=True)
    return Answer(accepted, contents, keyed=keyed)
