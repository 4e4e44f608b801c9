"""Which names people cannot keep apart, by Unicode's skeletons (UTS #39, section 4). Pure.

Two names look alike where their skeletons are equal: Cyrillic С-1 and Latin C-1, full-width and plain digits, O and 0, I, l and 1.
Case makes no difference either, because names are also read aloud and typed again. Other hyphens look like a hyphen; ``C_1`` does
not look like ``C-1``, and no accent is lost.
"""

import unicodedata
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

EDITION = "Unicode 18.0.0 / 1"
"""Of the skeletons. Whoever has stored some makes them anew when this changes."""
_IGNORED = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
"""Unicode's property Default_Ignorable_Code_Point: what is not shown."""
NAMED_MAX = 3


class Forms(NamedTuple):
    """What a name shares with each that looks like it, at least one of both: hashes, because a skeleton may be long.

    Some letters of other scripts look like a Latin one only when they are small, others only when they are as they stand.
    """

    small: bytes
    shown: bytes


def forms_of(name: str) -> Forms:
    """The forms by which look-alikes of a name are found."""
    return Forms(*(sha256(form.encode("utf-8", "surrogatepass")).digest() for form in _forms(name)))


def look_alike(one: str, other: str) -> bool:
    """Whether people may take one name for the other."""
    return any(a == b for a, b in zip(_forms(one), _forms(other), strict=True))


def difference(name: str, other: str) -> str:
    """What tells a name from its look-alike, as a phrase that names the characters which cannot be seen apart."""
    strange = [character for character in dict.fromkeys(name) if character not in other]
    if not strange:
        return "the same characters in another order"
    named = [f"U+{ord(each):04X} {unicodedata.name(each, 'a character without a name')}" for each in strange]
    more = f" and {len(named) - NAMED_MAX} more" if len(named) > NAMED_MAX else ""
    return ", ".join(named[:NAMED_MAX]) + more


def _forms(name: str) -> tuple[str, str]:
    return _skeleton(_small(name)), _skeleton(_small(_skeleton(name)))


def _small(name: str) -> str:
    """Without case and without the marks of compatibility, as Unicode's NFKC_Casefold."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _skeleton(name: str) -> str:
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).translate(_prototypes()))


@cache
def _prototypes() -> dict[int, str]:
    """Code point → what stands for all that look like it."""
    found = {code: "" for first, last in _IGNORED for code in range(first, last + 1)}
    for line in files("chassis").joinpath("confusables.txt").read_text(encoding="utf-8").splitlines():
        source, _, rest = line.partition("#")[0].partition(";")
        if rest:
            found[int(source, 16)] = "".join(chr(int(code, 16)) for code in rest.partition(";")[0].split())
    return found
