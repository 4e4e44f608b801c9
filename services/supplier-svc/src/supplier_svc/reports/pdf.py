"""The scorecard as a PDF; names in Chinese, Japanese or Korean are drawn with the reader's own fonts."""

# reportlab publishes no types.
# mypy: disable-error-code="import-untyped, misc"

from collections.abc import Sequence
from html import escape
from io import BytesIO
from typing import Any

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from supplier_svc.reports.charts import Bar, Chart, Dot, Label, Line, Tone
from supplier_svc.reports.scorecard import Scorecard

FONT = "STSong-Light"
ACTIONS_SHOWN = 15
TONES: dict[Tone, colors.Color] = {
    "ink": colors.HexColor("#1d2733"),
    "faint": colors.HexColor("#d8dee6"),
    "series": colors.HexColor("#2f5d8c"),
    "second": colors.HexColor("#b06a00"),
    "A": colors.HexColor("#1a7f4b"),
    "B": colors.HexColor("#2f5d8c"),
    "C": colors.HexColor("#b06a00"),
    "D": colors.HexColor("#b3261e"),
}
PLAIN = ParagraphStyle("plain", fontName=FONT, fontSize=9, leading=12, textColor=TONES["ink"], wordWrap="CJK")
RIGHT = ParagraphStyle("right", PLAIN, alignment=TA_RIGHT)
TITLE = ParagraphStyle("title", PLAIN, fontSize=16, leading=20)
HEADING = ParagraphStyle("heading", PLAIN, fontSize=11, leading=14, spaceBefore=8, spaceAfter=3)


class Drawing(Flowable):
    """A chart, scaled to the width of the page."""

    def __init__(self, chart: Chart, width: float) -> None:
        super().__init__()
        self.chart, self.scale = chart, width / chart.width
        self.width, self.height = width, chart.height * self.scale

    def draw(self) -> None:
        canvas = self.canv
        canvas.saveState()
        canvas.scale(self.scale, self.scale)
        for shape in self.chart.shapes:
            self._draw(canvas, shape)
        canvas.restoreState()

    def _draw(self, canvas: Any, shape: Line | Bar | Dot | Label) -> None:
        height, tone = self.chart.height, TONES[shape.tone]
        canvas.setStrokeColor(tone)
        canvas.setFillColor(tone)
        match shape:
            case Line(points=points):
                canvas.setLineWidth(0.6 if shape.tone == "faint" else 1.2)
                canvas.setDash([4, 3] if shape.is_dashed else [])
                path = canvas.beginPath()
                path.moveTo(points[0][0], height - points[0][1])
                for x, y in points[1:]:
                    path.lineTo(x, height - y)
                canvas.drawPath(path)
                canvas.setDash([])
            case Bar():
                canvas.rect(shape.x, height - shape.y - shape.height, shape.width, shape.height, stroke=0, fill=1)
            case Dot():
                canvas.circle(shape.x, height - shape.y, 3, stroke=0, fill=1)
            case Label():
                canvas.setFont(FONT, 9)
                draw = {
                    "start": canvas.drawString,
                    "middle": canvas.drawCentredString,
                    "end": canvas.drawRightString,
                }[shape.anchor]
                draw(shape.x, height - shape.y, shape.text)


def pdf(card: Scorecard) -> bytes:
    """The scorecard on A4."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=16 * mm, rightMargin=16 * mm, topMargin=14 * mm, bottomMargin=14 * mm,
        title=f"Scorecard: {card.title}", author="Standing", invariant=1,
    )  # fmt: skip
    document.build(
        [*_head(card, document.width), *_charts(card, document.width), *_tables(card)], onLaterPages=_footer(card)
    )
    return out.getvalue()


def _head(card: Scorecard, width: float) -> Sequence[Flowable]:
    stands = ParagraphStyle("standing", RIGHT, fontSize=22 if len(card.standing) == 1 else 12, leading=26)
    preferred = " · preferred source" if card.is_preferred else ""
    about = f"Supplier scorecard of {card.made_on} · {card.stage}{preferred}"
    left = [Paragraph(escape(card.title), TITLE), Paragraph(about, PLAIN)]
    right = [Paragraph(card.standing, stands), Paragraph("standing", RIGHT)]
    head = Table([[left, right]], colWidths=[width * 0.75, width * 0.25])
    head.setStyle(TableStyle([("LINEBELOW", (0, 0), (-1, -1), 1, TONES["ink"]), ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return [head, Spacer(1, 6), *([Paragraph(escape(card.next_grade.summary), PLAIN)] if card.next_grade else [])]


def _charts(card: Scorecard, width: float) -> Sequence[Flowable]:
    return [KeepTogether([Paragraph(each.title, HEADING), Drawing(each, width)]) for each in (card.trend, card.pareto)]


def _tables(card: Scorecard) -> Sequence[Flowable]:
    flow = list[Flowable]()
    if card.grading is not None:
        rows = [
            (each.name.replace("_", " "), _number(each.value), each.unit, _number(each.contribution))
            for each in card.grading.factors
        ]
        title = f"Why: {card.periods[-1]['period']}, {card.grading.grade} with {_number(card.grading.score)}"
        flow += _table(title, ("factor", "value", "unit", "contribution"), rows)
    if (lots := card.quality) is not None:
        row = (lots.lots_received, _percent(lots.on_time_percent), lots.lots_inspected, _percent(lots.lot_acceptance_percent),
               "–" if lots.ppm is None else lots.ppm, lots.line_stops)  # fmt: skip
        columns = ("lots received", "on time", "lots inspected", "accepted", "PPM", "line stops")
        flow += _table("Lots and parts, twelve months", columns, [row])
    periods = [
        (
            each["period"],
            each["grade"],
            each["in_force"],
            _number(each["score"]),
            each["lots_received"],
            each["nonconformances"],
        )
        for each in card.periods
    ]
    flow += _table("Periods", ("period", "grade", "in force", "score", "lots", "records"), periods)
    if card.shares:
        rows_of_shares = [
            (each["item_id"], f"{_number(each['share_percent'])} %", each["sources_counted"]) for each in card.shares
        ]
        flow += _table("Order shares", ("item", "share", "sources"), rows_of_shares)
    due = [(each["due_on"], each["kind"].replace("_", " "), each["summary"]) for each in card.improvements]
    due += [
        (each["next_due_on"], f"8D {each['action_id']}: {each['next_step']}", each["summary"])
        for each in card.corrective_actions[:ACTIONS_SHOWN]
    ]
    if due:
        flow += _table("What is due", ("by", "what", "why"), due)
    return flow


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Sequence[Flowable]:
    cells = [[Paragraph(escape(str(cell)), PLAIN) for cell in row] for row in (columns, *rows)]
    table = Table(cells, repeatRows=1, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, TONES["ink"]),
                ("LINEBELOW", (0, 1), (-1, -1), 0.4, TONES["faint"]),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return [Paragraph(escape(title), HEADING), table]


def _footer(card: Scorecard) -> Any:
    def draw(canvas: Any, document: Any) -> None:
        canvas.setFont(FONT, 8)
        canvas.drawRightString(A4[0] - 16 * mm, 8 * mm, f"{card.title} · {card.made_on} · {document.page}")

    return draw


def _number(value: Any) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _percent(value: Any) -> str:
    return "–" if value is None else f"{value} %"
