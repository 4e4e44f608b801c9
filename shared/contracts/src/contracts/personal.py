"""Texts that tell of a person: sealed with a key of that person, so that destroying the key forgets them where nothing is rewritten."""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, SerializationInfo, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from contracts.envelope import Part
from contracts.fields import NO_CONTROLS, is_stored

PERSONAL_MAX = 1_000
"""Characters of the longest personal text that is taken, where a field does not allow more."""
LONGEST = 5_000
"""What a field may allow."""
SECRET = "\x02secret\x03"
"""How a text begins that only the service itself opens, such as where a webhook leads and what signs it: no answer ever shows it."""
AROUND_BYTES = 28
"""What sealing adds to a text: 12 bytes of nonce before it, 16 of the tag behind it."""


def sealed_length(characters: int) -> int:
    """Characters of the longest sealed form of so many: four bytes each in UTF-8, in base64."""
    return -(-(4 * characters + AROUND_BYTES) // 3) * 4


SUBJECT_MAX = 400
_BASE64 = r"^[A-Za-z0-9+/]+={0,2}$"


class Sealed(Part):
    """A personal text that only its owner can open: encrypted by key number ``key`` of the person ``subject``.

    Equal texts of one person under one key are equal here, so that a repeat is recognised without opening.
    """

    sealed: str = Field(min_length=sealed_length(0), max_length=sealed_length(LONGEST), pattern=_BASE64)
    subject: str = Field(min_length=1, max_length=SUBJECT_MAX, pattern=NO_CONTROLS)
    key: int = Field(ge=1, le=2**31 - 1)


class Clear:
    """A personal text as it came in. It shows in no ``repr``, and is written nowhere before it is sealed."""

    __slots__ = ("text",)
    text: str

    def __init__(self, text: str) -> None:
        object.__setattr__(self, "text", text)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("A personal text is never changed.")

    def __reduce__(self) -> tuple[type["Clear"], tuple[str]]:
        return Clear, (self.text,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Clear) and self.text == other.text

    def __hash__(self) -> int:
        return hash((Clear, self.text))

    def __bool__(self) -> bool:
        return bool(self.text)

    def __repr__(self) -> str:
        return "Clear(…)"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.is_instance_schema(cls, serialization=_SERIALIZATION)


IN_CLEAR: dict[str, Any] = {"personal": "in clear"}
"""Serialization context under which a ``Clear`` is written as its text; without it that is an error, unless it is empty."""


@dataclass(frozen=True)
class PersonalText:
    """Reads a JSON string as ``Clear`` and an object as ``Sealed``, and writes only what is sealed.

    ``longest``: characters of the text, of what is not yet in a log. An empty text tells of nobody and is written as it is.
    """

    longest: int = PERSONAL_MAX

    def __post_init__(self) -> None:
        if not 0 < self.longest <= LONGEST:
            raise TypeError(f"A personal text has 1 to {LONGEST} characters, not {self.longest}.")

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self._read, serialization=_SERIALIZATION)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        text = {"type": "string", "maxLength": self.longest, "pattern": _NO_NUL}
        sealed = {
            "type": "object",
            "properties": {
                "sealed": {
                    "type": "string",
                    "minLength": sealed_length(0),
                    "maxLength": sealed_length(self.longest),
                    "pattern": _BASE64,
                },
                "subject": {"type": "string", "minLength": 1, "maxLength": SUBJECT_MAX, "pattern": NO_CONTROLS},
                "key": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
            },
            "required": ["sealed", "subject", "key"],
        }
        opened = [{"type": "null"}] if handler.mode == "serialization" else []
        return {"oneOf": [text, sealed, *opened], "description": DESCRIPTION}

    def _read(self, value: object, info: ValidationInfo) -> Sealed | Clear:
        if isinstance(value, Clear):
            return self._bounded(value, info)
        if isinstance(value, str):
            return self._bounded(Clear(value), info)
        if isinstance(value, dict):
            value = Sealed.model_validate(value, context=info.context)
        if not isinstance(value, Sealed):
            raise PydanticCustomError(
                "personal_type", "Input should be a text, or an object with sealed, subject and key"
            )
        if len(value.sealed) > sealed_length(self.longest) and not is_stored(info):
            raise _too_long(self.longest)
        return value

    def _bounded(self, clear: Clear, info: ValidationInfo) -> Clear:
        if is_stored(info):
            return clear
        if len(clear.text) > self.longest:
            raise _too_long(self.longest)
        if _UNFIT.search(clear.text):
            raise PydanticCustomError("personal_unfit", "A text has neither NUL nor lone surrogates")
        return clear


def _too_long(longest: int) -> PydanticCustomError:
    """Errors of personal texts have types of their own, ``personal_…``: of these no value is quoted."""
    return PydanticCustomError(
        "personal_too_long", "A text should have at most {max_length} characters", {"max_length": longest}
    )


_NO_NUL = r"^[^\x00]*$"
_UNFIT = re.compile("[\x00\ud800-\udfff]")
DESCRIPTION = (
    "What tells of a person. Send a text; it is stored sealed, as an object: `sealed` (base64), `subject`, whom it tells of, and the number"
    " `key` of that person's key. Events before that hold texts. With the right `personal.open` answers have the text in its place, and"
    " `POST /v1/personal/openings` of the service that sealed it gives it; null once the person was erased."
)


def _written(value: object, info: SerializationInfo | None = None) -> object:
    if isinstance(value, Sealed):
        return wire_form(value)
    if isinstance(value, Clear):
        if not value.text or (info is not None and info.context is IN_CLEAR):
            return value.text
        if info is not None and not info.mode_is_json():
            return value
    raise ValueError("A personal text is written only once it is sealed.")


_SERIALIZATION = core_schema.plain_serializer_function_ser_schema(_written, info_arg=True)
Personal = Annotated[Sealed | Clear, PersonalText()]
"""A text of up to ``PERSONAL_MAX`` characters that tells of a person; ``Annotated[Personal, PersonalText(50)]`` is shorter.

Whom it tells of is declared beside it, see ``contracts.data_subjects``.
"""


def personal_of(value: object) -> Sealed | Clear | None:
    """A personal text as JSON holds it, of a log or a table: an object, a text, or null."""
    if value is None or isinstance(value, Sealed | Clear):
        return value
    return Clear(value) if isinstance(value, str) else Sealed.model_validate(value)


def wire_form(value: object) -> object:
    """The same the other way; of a text that a log holds in clear the text. Raises TypeError for anything else."""
    if isinstance(value, Sealed):
        return {"sealed": value.sealed, "subject": value.subject, "key": value.key}
    if isinstance(value, Clear):
        return value.text
    raise TypeError(f"{type(value).__name__} has no JSON form.")
