"""Text in a PDF: each letter in a font that has it.

Latin text is set in Bitstream Vera, which comes with reportlab and is embedded; Chinese, Japanese kana and Korean in the reader's own
fonts. A letter that none of them has is set without its accent, or as a box: never as nothing.
"""

# reportlab publishes no types.
# mypy: disable-error-code="import-untyped, misc"

import unicodedata
from functools import cache
from html import escape
from itertools import groupby
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

PLAIN, BOLD, CHINESE, KOREAN = "Vera", "VeraBd", "STSong-Light", "HYSMyeongJo-Medium"
BOX = "□"


@cache
def _latin() -> frozenset[int]:
    """The letters of Vera; registers all fonts."""
    faces = [TTFont(PLAIN, "Vera.ttf"), TTFont(BOLD, "VeraBd.ttf")]
    for face in faces:
        pdfmetrics.registerFont(face)
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    pdfmetrics.registerFont(UnicodeCIDFont(KOREAN))
    return frozenset.intersection(*(frozenset(face.face.charToGlyph) for face in faces))


def runs(text: str, latin: str = PLAIN) -> list[tuple[str, str]]:
    """The text in pieces: (font, piece); Latin pieces in ``latin``."""
    placed = [_placed(letter, latin) for letter in text]
    return [(font, "".join(letter for _, letter in group)) for font, group in groupby(placed, key=lambda each: each[0])]


def markup(text: str, latin: str = PLAIN) -> str:
    """The text as reportlab's paragraphs take it, with nothing in it that is markup."""
    return "".join(f'<font name="{font}">{escape(piece)}</font>' for font, piece in runs(text, latin))


def width_of(text: str, size: float) -> float:
    return float(sum(pdfmetrics.stringWidth(piece, font, size) for font, piece in runs(text)))


def draw(canvas: Any, x: float, y: float, text: str, size: float) -> None:
    """Draws on one line, from ``x`` to the right."""
    for font, piece in runs(text):
        canvas.setFont(font, size)
        canvas.drawString(x, y, piece)
        x += pdfmetrics.stringWidth(piece, font, size)


def _placed(letter: str, latin: str) -> tuple[str, str]:
    if ord(letter) in _latin():
        return latin, letter
    for font, encoding in ((CHINESE, "gbk"), (KOREAN, "cp949")):
        try:
            letter.encode(encoding)
        except UnicodeEncodeError:
            continue
        return font, letter
    plain = unicodedata.normalize("NFKD", letter)[:1]
    return (latin, plain) if ord(plain) in _latin() else (CHINESE, BOX)
