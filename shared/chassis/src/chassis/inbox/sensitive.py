"""Where a message may tell of persons: in the fields that its type declares so, and wherever nobody has declared anything.

The value is read as it was written, guided by the event's type, valid or not. What a type declares without telling of persons is an
event's figure, id or text, and stands in the log in clear as well. What cannot be read, or has no known type, is sensitive as a whole.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import AliasChoices, BaseModel

from chassis.handling.units import Message, whole
from chassis.inbox import cloudevents
from chassis.inbox.cloudevents import Incoming
from chassis.inbox.exact_json import NotJson, item_places, member_places
from chassis.inbox.record_stream import CUT_BYTES
from chassis.personal.payloads import Sensitive, Stretch
from contracts import Event
from contracts.data_subjects import About, Around, UnknownSubject, with_each
from contracts.personal import Clear, Sealed

SEALED = {"sealed", "subject", "key"}
ATTRIBUTES = frozenset((
    "specversion", "id", "source", "type", "subject", "time", "dataschema", "datacontenttype", "partitionkey", "position", "version",
    "recordedtime", "correlationid", "causationid", "actor", "client", "tenant", "traceparent", "tracestate",
))  # fmt: skip
"""Attributes of CloudEvents, and the extensions that the log has in clear too."""
HEADERS = frozenset(("content-type", "traceparent", "tracestate", cloudevents.RECORD_TIME))
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")
"""What the name of a member looks like. Another one may be somebody's."""
_SUBJECT = re.compile("[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_UNDECLARED = (Any, object)


class _Unsure(Exception):
    """It cannot be said where the value tells of persons."""


def sensitive_headers(headers: Mapping[str, str]) -> frozenset[str]:
    """The headers that nobody has declared."""
    return frozenset(
        name
        for name in headers
        if name not in HEADERS and not name.startswith("standing-") and name.removeprefix("ce_") not in ATTRIBUTES
    )


def everything(message: Message) -> Sensitive:
    """The whole of a message."""
    return whole(message)._replace(headers=sensitive_headers(message.headers))


def sensitive_in(message: Message, incoming: Incoming, kind: type[Event]) -> Sensitive:
    """What of an event's message may tell of persons; the whole of it where that cannot be said."""
    if CUT_BYTES in message.headers:
        return everything(message)
    try:
        text = message.value.decode()
        walk = _Walk(_subjects(incoming, kind))
        if cloudevents.media_type(message.headers) == "application/cloudevents+json":
            found = list(walk.structured(text, kind))
        else:
            found = list(walk.value(text, 0, (kind,), None, None))
    except (UnicodeDecodeError, NotJson, _Unsure, RecursionError):
        return everything(message)
    return Sensitive(tuple(_in_bytes(text, sorted(found))), sensitive_headers(message.headers))


def _in_bytes(text: str, found: Sequence[tuple[int, int, str | None]]) -> Iterator[Stretch]:
    """Stretches of characters as stretches of bytes."""
    at = since = 0
    for start, end, subject in found:
        first = at + len(text[since:start].encode())
        at = first + len(text[start:end].encode())
        since = end
        yield Stretch(first, at, subject)


def _subjects(incoming: Incoming, kind: type[Event]) -> Mapping[str, set[str]]:
    """Personal text → of whom it tells, where the event is valid: a subject may be worked out while it is read."""
    subjects: dict[str, set[str]] = {}

    def note(personal: Sealed | Clear, subject: str) -> Sealed | Clear:
        if isinstance(personal, Clear):
            subjects.setdefault(personal.text, set()).add(subject)
        return personal

    with suppress(Exception):  # of whatever a validator meets; then the subjects are those that stand there
        with_each(kind.from_log(incoming.data), note)
    return subjects


Found = Iterator[tuple[int, int, str | None]]


class _Walk:
    """Through a value as it was written; ``subjects`` are those of personal texts, as far as they are known otherwise."""

    def __init__(self, subjects: Mapping[str, set[str]]) -> None:
        self._subjects = subjects

    def structured(self, text: str, kind: type[Event]) -> Found:
        """A structured CloudEvent: its attributes, and its data."""
        at = len(text) - len(text := text.removeprefix("\ufeff"))
        for name, start, end in _members(text):
            if name == "data":
                yield from self.value(text[start:end], at + start, (kind,), None, None)
            elif name.lower() not in ATTRIBUTES or text[start] in "[{":
                yield at + start, at + end, None

    def value(
        self, text: str, at: int, annotations: Sequence[Any], around: Around | None, template: str | None
    ) -> Found:
        """A value that begins at ``at``. ``annotations``: what may stand there, one or the other."""
        stripped = text.lstrip("\ufeff \t\r\n")
        at, text = at + len(text) - len(stripped), stripped.rstrip(" \t\r\n")
        if text == "null" or not text:
            return
        if Clear in annotations:
            yield from self._personal(text, at, around, template)
        elif text[0] == "{":
            yield from self._object(text, at, annotations, around, template)
        elif text[0] == "[":
            yield from self._array(text, at, annotations, around, template)
        elif not any(_is_scalar(each) for each in annotations):
            yield at, at + len(text), None

    def _personal(self, text: str, at: int, around: Around | None, template: str | None) -> Found:
        if text == '""' or (text[0] == "{" and json.loads(text).keys() == SEALED):
            return
        yield at, at + len(text), self._subject(text, around, template)

    def _subject(self, text: str, around: Around | None, template: str | None) -> str | None:
        """Of whom a personal text tells; None where it cannot be said."""
        if text[0] != '"':
            return None
        known, subject = self._subjects.get(json.loads(text), set()), None
        if around is not None:
            with suppress(UnknownSubject):
                subject = around.subject(template)
        if subject not in known and len(known) == 1:
            [subject] = known
        return subject if subject is not None and _SUBJECT.fullmatch(subject) else None

    def _object(
        self, text: str, at: int, annotations: Sequence[Any], around: Around | None, template: str | None
    ) -> Found:
        models = [each for each in annotations if _is_model(each)]
        mappings = [each for each in annotations if _is_mapping(each)]
        if len(models) + len(mappings) != 1:  # nothing of the kind is declared, or several, of which it may be any
            yield at, at + len(text), None
        elif models:
            yield from self._members_of(text, at, models[0], around, template)
        else:
            inside, about = _alternatives(get_args(mappings[0])[1])
            for name, start, end in _members(text, names=any(each in _UNDECLARED for each in inside)):
                yield from self.value(
                    text[start:end], at + start, inside, Around({"key": name}, around), about or template
                )

    def _members_of(
        self, text: str, at: int, model: type[BaseModel], around: Around | None, template: str | None
    ) -> Found:
        names, own = _names_of(model), getattr(model, "SUBJECT", template)
        members = _members(text)
        inside = Around({
            names[name]: json.loads(text[start:end]) for name, start, end in members if name in names and text[start] == '"'
        }, around)  # fmt: skip
        for name, start, end in members:
            if (field := names.get(name)) is None:
                if text[start:end] not in ("null", "true", "false"):
                    yield at + start, at + end, None
                continue
            annotations, about = _declared(model, field)
            yield from self.value(text[start:end], at + start, annotations, inside, about or own)

    def _array(
        self, text: str, at: int, annotations: Sequence[Any], around: Around | None, template: str | None
    ) -> Found:
        sequences = [each for each in annotations if get_origin(each) in (tuple, list, frozenset, set)]
        if len(sequences) != 1:
            yield at, at + len(text), None
            return
        of = get_args(sequences[0])
        for number, (start, end) in enumerate(item_places(text)):
            fixed = get_origin(sequences[0]) is tuple and of[-1] is not Ellipsis
            item = of[number] if fixed and number < len(of) else object if fixed else of[0]
            annotations, about = _alternatives(item)
            yield from self.value(text[start:end], at + start, annotations, around, about or template)


def _members(text: str, names: bool = True) -> list[tuple[str, int, int]]:
    """Raises _Unsure where a member comes twice, or has a name that may itself tell of somebody."""
    found = member_places(text)
    if len({name for name, _, _ in found}) < len(found):
        raise _Unsure
    if names and not all(_NAME.fullmatch(name) for name, _, _ in found):
        raise _Unsure
    return found


def _declared(model: type[BaseModel], field: str) -> tuple[tuple[Any, ...], str | None]:
    info = model.model_fields[field]
    annotations, about = _alternatives(info.annotation)
    return annotations, about or next((each.template for each in info.metadata if isinstance(each, About)), None)


def _alternatives(annotation: Any) -> tuple[tuple[Any, ...], str | None]:
    """What an annotation allows, one or the other, and whom its ``About`` names."""
    if get_origin(annotation) is Annotated:
        inner, *extras = get_args(annotation)
        annotations, about = _alternatives(inner)
        return annotations, about or next((each.template for each in extras if isinstance(each, About)), None)
    if get_origin(annotation) in (Union, UnionType):
        found = [_alternatives(each) for each in get_args(annotation)]
        return tuple(each for annotations, _ in found for each in annotations), next(
            (about for _, about in found if about), None
        )
    return (annotation,), None


def _names_of(model: type[BaseModel]) -> Mapping[str, str]:
    """Each name under which a member is read → its field."""
    names: dict[str, str] = {}
    for field, info in model.model_fields.items():
        alias = info.validation_alias
        choices = alias.choices if isinstance(alias, AliasChoices) else [] if alias is None else [alias]
        names |= {str(name): field for name in (field, *choices)}
    return names


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel) and bool(annotation.model_fields)


def _is_mapping(annotation: Any) -> bool:
    origin = get_origin(annotation)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _is_scalar(annotation: Any) -> bool:
    return not (
        annotation in _UNDECLARED
        or annotation is type(None)
        or _is_model(annotation)
        or _is_mapping(annotation)
        or get_origin(annotation) in (tuple, list, frozenset, set)
        or annotation in (tuple, list, dict, frozenset, set)
    )
