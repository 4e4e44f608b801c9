"""Ids of commands: two different commands never share one, and a repeated command has the same one again.

Each part is separated from the next by a character that it cannot hold: inside a part ``%``, ``#`` and, where it would end the part, ``/``
stand as percent forms. Ordinary ids have no such characters and look as they always did: ``/erp#4711``, its second command
``/erp#4711/1``, ``http/POST /v1/orders/<key>``.
"""

from urllib.parse import unquote

HTTP = "http/"
ANYBODY = "http"
"""The actor of a request that names none."""


def fact_id(source: str, message_id: str) -> str:
    """The id of a message of another system, by its ``(ce_source, ce_id)``."""
    place = _escaped(source, "%#")
    if place.startswith(HTTP):  # a source of that name would meet the requests below
        place = place.replace("/", "%2F", 1)
    return f"{place}#{_escaped(message_id, '%#/')}"


def nth_id(fact: str, n: int) -> str:
    """The id of the ``n``-th command of a message, counted from 0."""
    return fact if n == 0 else f"{fact}/{n}"


def http_id(method: str, raw_path: str, caller: str, key: str, part: str | None = None) -> str:
    """The id of a command of an HTTP request: who sent which key where; ``part`` names one of several commands of the request.

    ``raw_path`` is the path as it was sent, in which an escaped slash belongs to an id.
    """
    path = "/".join(_escaped(unquote(segment), "%#/") for segment in raw_path.split("/"))
    who = "" if caller == ANYBODY else _escaped(caller, "%#")
    whose = f"#{who}#{_escaped(part, '%#')}" if part is not None else f"#{who}" if who else ""
    return f"{HTTP}{method} {path}/{_escaped(key, '%#/')}{whose}"


def _escaped(text: str, reserved: str) -> str:
    for character in reserved:  # the percent sign is the first, so that no form is escaped twice
        text = text.replace(character, f"%{ord(character):02X}")
    return text
