"""Whether two names of subjects can be one person: for four eyes, where one proposes and another approves. Pure.

Names come from tokens and headers of many systems. Case, outer blanks, invisible characters and the form of Unicode make no
other person, and neither does a letter that only looks like another one (Unicode TS 39, for the letters that stand for a
Latin one). Where two people's names are that alike, somebody else has to approve.
"""

import unicodedata

_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
_CAPITALS = str.maketrans(
    "АВЕЅІЈКМНОРСТУХԌԚԜ" "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" "ԱՏՕ" "Ӏ" "1I0|",
    "ABESIJKMHOPCTYXGQW" "ABEZHIKMNOPTYX" "USO" "l" "llOl",
)  # fmt: skip
_SMALL = str.maketrans(
    "авеѕіјкмнорстухԍԛԝьһԁӏгип" "αβεηικνορτυχγωσ" "ոսօցհյ" "ıɑɡɩʏ" "10|",
    "abesijkmhopctyxgqwbhdlrun" "abenikvoptuxywo" "nuoghj" "iagiy" "lol",
)  # fmt: skip


def same_person(one: str, other: str) -> bool:
    """Whether two subjects are, or look like, the same."""
    return any(form(one) == form(other) for form in (_plain, _in_small, _in_capitals))


def _visible(subject: str) -> str:
    composed = unicodedata.normalize("NFKC", subject)
    shown = "".join(each for each in composed if unicodedata.category(each) not in _INVISIBLE)
    return " ".join(shown.split())


def _plain(subject: str) -> str:
    return unicodedata.normalize("NFKC", _visible(subject).casefold())


def _in_small(subject: str) -> str:
    return _plain(subject).translate(_SMALL)


def _in_capitals(subject: str) -> str:
    """Capitals of other scripts look like Latin ones where their small letters do not."""
    return _visible(subject).translate(_CAPITALS).casefold().translate(_SMALL)
