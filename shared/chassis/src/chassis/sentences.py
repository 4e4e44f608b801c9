"""The sentences that a service says of its own accord: why something was decided, what it waits for, what would change it.

An event and an answer have such a sentence in English. Whoever words it in another language needs which sentence it is and the values in
it, so a service declares its sentences, and a text is read back into them: what was recorded years ago too. What a person typed is none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import lru_cache
from string import Formatter
from typing import Any, NamedTuple

from pydantic import BaseModel

from contracts.figures import PlainModel

LONGEST = 4_000
"""Characters of a text that is read. None of ours is longer, and what people wrote may be made to take long."""


class Sentence(StrEnum):
    """A template; a service lists its own in a subclass. Called with the values of its parameters, a member gives the sentence.

    Two parameters have words between them, and none is formatted by the template: ``"{topic} is read to {position}."``
    """

    def __call__(self, **parameters: object) -> str:
        """Raises TypeError for parameters other than the template's."""
        if parameters.keys() != _names(self._value_):
            raise TypeError(f"{self.name} takes {', '.join(sorted(self.parameters)) or 'nothing'}")
        return self._value_.format(**parameters)

    @property
    def code(self) -> str:
        """Its name on the wire, ``past-due``."""
        return self.name.lower().replace("_", "-")

    @property
    def parameters(self) -> frozenset[str]:
        return _names(self._value_)


class Statement(PlainModel):
    """A sentence of a text: its ``code`` and its parameters as they are written in it; no code where the service did not compose it."""

    code: str | None
    parameters: dict[str, str]
    sentence: str


class _Parts(NamedTuple):
    """What a template begins with, and each parameter with the words behind it."""

    first: str
    rest: tuple[tuple[str, str], ...]


@lru_cache(1000)
def _parts(template: str) -> _Parts:
    found = list(Formatter().parse(template))
    first = found[0][0] if found else ""
    names = [name for _, name, _, _ in found if name]
    texts = [text for text, _, _, _ in found[1:]]
    texts += [""] * (len(names) - len(texts))
    return _Parts(first, tuple(zip(names, texts, strict=True)))


@lru_cache(1000)
def _names(template: str) -> frozenset[str]:
    return frozenset(name for name, _ in _parts(template)[1])


class _Form(NamedTuple):
    """A template, taken apart. ``words`` are the longest of those behind a parameter: a text without them is passed over at once."""

    code: str
    words: str
    first: str
    rest: tuple[tuple[str, str], ...]


class _Forms(NamedTuple):
    """The templates that a text may begin with, the longest first: by its first letter, and those that begin with a parameter."""

    by_letter: dict[str, tuple[_Form, ...]]
    others: tuple[_Form, ...]

    def of(self, letter: str) -> tuple[_Form, ...]:
        return self.by_letter.get(letter, self.others)


class _Catalogue(NamedTuple):
    """All templates, and those without a space with what these end with: an answer has ids, days and words by the hundred, which few
    templates can be.
    """

    whole: _Forms
    one_word: _Forms
    endings: tuple[str, ...]

    def read(self, text: str) -> list[Statement]:
        """The text as its sentences; none where it is one word that no template ends like."""
        if " " in text:
            return _read(text, self.whole)
        return _read(text, self.one_word) if text.endswith(self.endings) else []


@lru_cache(100)
def _taken_apart(catalogue: tuple[Sentence, ...]) -> _Catalogue:
    ordered = sorted(catalogue, key=_specificity)
    one_word = [each for each in ordered if " " not in each.value]
    return _Catalogue(_forms(ordered), _forms(one_word), tuple(_ending(each.value) for each in one_word))


def _ending(template: str) -> str:
    first, rest = _parts(template)
    return rest[-1][1] if rest else first


def _forms(ordered: Sequence[Sentence]) -> _Forms:
    taken_apart = [(each.code, *_parts(each.value)) for each in ordered]
    forms = [
        _Form(code, max((words for _, words in rest), key=len, default=""), first, rest)
        for code, first, rest in taken_apart
    ]
    letters = {form.first[0] for form in forms if form.first}
    return _Forms(
        {letter: tuple(form for form in forms if form.first[:1] in ("", letter)) for letter in letters},
        tuple(form for form in forms if not form.first),
    )


class _Reading(NamedTuple):
    """``left`` characters at the end are not understood."""

    left: int
    statements: list[Statement]


def statements(text: str, catalogue: Sequence[Sentence]) -> list[Statement]:
    """A text as its sentences. From where on it is none of the catalogue, the rest is one without a code; so is a text that is too long."""
    found = _taken_apart(tuple(catalogue)).read(text)
    return found if found or not text else [Statement(code=None, parameters={}, sentence=text)]


def _read(text: str, forms: _Forms) -> list[Statement]:
    if len(text) > LONGEST:
        return [Statement(code=None, parameters={}, sentence=text)]
    return _read_from(0, text, forms, {}).statements


def _read_from(at: int, text: str, forms: _Forms, known: dict[int, _Reading]) -> _Reading:
    """The best reading from ``at`` on; ``known`` are those that were made."""
    if at >= len(text):
        return _Reading(0, [])
    if at not in known:
        known[at] = best = _Reading(len(text) - at, [Statement(code=None, parameters={}, sentence=text[at:])])
        for form in (each for each in forms.of(text[at]) if each.words in text):
            for end, parameters in _matches(form, text, at):
                left, after = _read_from(end + 1, text, forms, known)
                if left < best.left:
                    first = Statement(code=form.code, parameters=parameters, sentence=text[at:end])
                    known[at] = best = _Reading(left, [first, *after])
                if not left:
                    return best
    return known[at]


def _specificity(sentence: Sentence) -> tuple[int, int]:
    """What begins with more words of its own is tried first: a parameter at the beginning would take the sentence before it too."""
    return -len(_parts(sentence.value).first), -len(sentence.value)


def _matches(form: _Form, text: str, at: int) -> Iterator[tuple[int, dict[str, str]]]:
    """Where the sentence may end that begins at ``at``, with its parameters. A parameter ends where the words behind it come first."""
    first, rest = form.first, form.rest
    if not text.startswith(first, at):
        return
    here, parameters = at + len(first), dict[str, str]()
    for name, words in rest[:-1]:
        then = text.find(words, here + 1)
        if then < 0:
            return
        parameters[name] = text[here:then]
        here = then + len(words)
    if not rest:
        if _ends(text, here):
            yield here, parameters
        return
    name, words = rest[-1]
    then = len(text) if not words else text.find(words, here + 1)
    while then >= 0:
        if _ends(text, end := then + len(words)):
            yield end, parameters | {name: text[here:then]}
        then = -1 if not words else text.find(words, then + 1)


def _ends(text: str, at: int) -> bool:
    return at == len(text) or text[at] == " "


def statements_in(data: Any, catalogue: Sequence[Sentence]) -> dict[str, list[Statement]]:
    """The texts in data of any shape that have a sentence of the catalogue, by their path: ``holds.1.reason``, lists counted from 1."""
    known = _taken_apart(tuple(catalogue))
    found = {path: read for path, text in _texts(data, "") if (read := known.read(text))}
    return {path: each for path, each in found.items() if each[0].code is not None}


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """The texts in data that are not empty, each with its path."""
    waiting = [(path, value)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            if value:
                yield path, value
        elif parts := _parts_of(value):
            before = f"{path}." if path else ""
            waiting += reversed([(f"{before}{name}", each) for name, each in parts if each is not None])


def _parts_of(value: Any) -> Iterable[tuple[object, Any]]:
    if isinstance(value, BaseModel):
        return [(name, value.__dict__[name]) for name in type(value).model_fields]
    if isinstance(value, Mapping):
        return value.items()
    if isinstance(value, list | tuple):
        return enumerate(value, 1)
    if is_dataclass(value):
        return [(each.name, getattr(value, each.name)) for each in fields(value)]
    return ()
