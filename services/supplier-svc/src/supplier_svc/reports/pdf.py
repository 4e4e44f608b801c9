"""The scorecard as a PDF on A4."""

# reportlab publishes no types.
# mypy: disable-error-code="import-untyped, misc"

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from supplier_svc.reports import words
from supplier_svc.reports.pdf_chart import TONES, Drawing
from supplier_svc.reports.pdf_text import BOLD, PLAIN, draw, markup, runs, width_of
from supplier_svc.reports.scorecard import Scorecard

SIDE = 16 * mm
TEXT = ParagraphStyle("text", fontSize=8.5, leading=11.5, textColor=TONES["ink"], wordWrap="CJK")
QUIET = ParagraphStyle("quiet", TEXT, textColor=TONES["quiet"], fontSize=8, leading=10.5)
NUMBER = ParagraphStyle("number", TEXT, alignment=TA_RIGHT)
TITLE = ParagraphStyle("title", TEXT, fontSize=16, leading=20)
HEADING = ParagraphStyle("heading", TEXT, fontSize=10.5, leading=14, spaceBefore=9, spaceAfter=3)
VERDICT = ParagraphStyle("verdict", TEXT, fontSize=14, leading=18, alignment=TA_RIGHT)
QUIET_RIGHT = ParagraphStyle("quiet_right", QUIET, alignment=TA_RIGHT)
HEADING_NEEDS = 34 * mm
"""A heading with less room than this below it begins the next page, so that it never stands alone."""


def pdf(card: Scorecard) -> bytes:
    """The scorecard on A4."""
    runs("")  # registers the fonts that the styles name
    out = BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=SIDE, rightMargin=SIDE, topMargin=14 * mm, bottomMargin=16 * mm,
        title=f"Supplier scorecard: {card.title} ({card.supplier_id})", author=card.policy.sender, invariant=1,
    )  # fmt: skip
    width = document.width - 12  # the frame's padding
    flow = [*_head(card, width), *_charts(card, width), *_tables(card, width), *_closing(card, width)]
    document.build(flow, onFirstPage=_footer(card), onLaterPages=_footer(card))
    return out.getvalue()


def _head(card: Scorecard, width: float) -> list[Flowable]:
    sender = " · ".join(part for part in (card.policy.sender, card.policy.address, card.policy.contact) if part)
    preferred = " · preferred source" if card.is_preferred else ""
    about = f"Supplier scorecard · supplier number {card.supplier_id} · made on {card.made_on}{preferred}"
    left = [_paragraph(card.title, TITLE, BOLD), _paragraph(about, QUIET)]
    right = [
        _paragraph(f"Grade {card.grade}", VERDICT, BOLD), _paragraph(card.status, VERDICT, BOLD),
    ]  # fmt: skip
    head = Table([[left, right]], hAlign="LEFT", colWidths=[width * 0.62, width * 0.38])
    head.setStyle(
        TableStyle([("LINEBELOW", (0, 0), (-1, -1), 1, TONES["ink"]), ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("LEFTPADDING", (0, 0), (0, 0), 0), ("RIGHTPADDING", (1, 0), (1, 0), 0)])
    )  # fmt: skip
    notes = (card.status_note, card.grade_note, card.next_grade.summary if card.next_grade else "", card.year_note)
    return [
        _paragraph(sender, QUIET), Spacer(1, 4), head, Spacer(1, 5), *(_paragraph(each, TEXT) for each in notes if each)
    ]  # fmt: skip


def _charts(card: Scorecard, width: float) -> list[Flowable]:
    flow = list[Flowable]()
    for chart in (card.trend, card.pareto):
        span = f" · {card.span}" if card.span else ""
        key = [_paragraph(chart.key, QUIET)] if chart.key else []
        flow.append(KeepTogether([_paragraph(chart.title + span, HEADING, BOLD), Drawing(chart, width), *key]))
    return flow


def _tables(card: Scorecard, width: float) -> list[Flowable]:
    flow = list[Flowable]()
    if (grading := card.grading) is not None:
        rows = [(name, _number(value), unit, _number(part)) for name, value, unit, part in card.factors]
        rows.append(("score", "", words.BASIS[grading.basis], _number(grading.score)))
        title = f"Why {card.lines[-1].grade} in {card.lines[-1].period}"
        flow += _table(
            title,
            ("what counted", "value", "unit", "part of the score"),
            rows,
            width,
            (46, 14, 22, 18),
            "nyny",
            total=True,
        )
    if (lots := card.quality) is not None:
        row = (lots.lots_received, _percent(lots.on_time_percent), lots.lots_partial, lots.lots_inspected,
               _percent(lots.lot_acceptance_percent), "–" if lots.ppm is None else _number(lots.ppm), lots.line_stops)  # fmt: skip
        measured = ("lots received", "on time", "partial", "inspected", "accepted", "PPM", "line stops")
        flow += _table(f"Lots and parts · {card.span}", measured, [row], width, (16, 13, 13, 14, 14, 14, 16), "yyyyyyy")
    periods = [
        (each.period, each.grade, each.in_force, "" if each.score is None else _number(each.score), each.lots, each.late,
         each.rejected, each.records, each.points, each.restated_because)
        for each in [*card.lines, card.total]
    ]  # fmt: skip
    columns = (
        "period",
        "grade",
        "in force",
        "score",
        "lots",
        "late",
        "rejected",
        "records",
        "points",
        "restated because",
    )
    if card.lines:
        widths = (10, 10, 9, 9, 7, 7, 10, 10, 8, 24)
        flow += _table("Periods", columns, periods, width, widths, "nnnyyyyyyn", total=True)
    else:
        flow += [_paragraph("Periods", HEADING, BOLD), _paragraph("No period was graded yet.", TEXT)]
    if card.shares:
        shares = [(each["item_id"], f"{_number(each['share_percent'])} %") for each in card.shares]
        flow += _table("Order shares", ("item", "share of orders"), shares, width, (80, 20), "ny")
    if card.due:
        due = [(each.by, each.what, each.why) for each in card.due]
        flow += _table("What is due", ("by", "what", "why"), due, width, (14, 36, 50), "nnn")
    return flow


def _closing(card: Scorecard, width: float) -> list[Flowable]:
    key = [_paragraph(f"{term}: {meaning}", QUIET) for term, meaning in card.key]
    closing = [_paragraph(card.policy.closing, TEXT), Spacer(1, 4)] if card.policy.closing else []
    return [KeepTogether([Spacer(1, 8), *closing, _paragraph("Key", HEADING, BOLD), *key])]


def _table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], width: float, shares: Sequence[int], right: str,
    total: bool = False,
) -> list[Flowable]:  # fmt: skip
    """``shares`` of the width by column, ``right`` a y for each column of numbers; with ``total`` the last row is a sum."""
    styles = [NUMBER if each == "y" else TEXT for each in right]
    cells = [[_paragraph(str(cell), style, BOLD) for cell, style in zip(columns, styles, strict=True)]]
    for number, row in enumerate(rows):
        font = BOLD if total and number == len(rows) - 1 else PLAIN
        cells.append([_paragraph(str(cell), style, font) for cell, style in zip(row, styles, strict=True)])
    table = Table(
        cells, repeatRows=1, hAlign="LEFT", colWidths=[width * each / sum(shares) for each in shares], splitInRow=1
    )
    lines = [("LINEBELOW", (0, 0), (-1, 0), 0.8, TONES["ink"]), ("LINEBELOW", (0, 1), (-1, -1), 0.4, TONES["faint"])]
    if total:
        lines.append(("LINEABOVE", (0, -1), (-1, -1), 0.8, TONES["ink"]))
    padding = [
        (f"{side}PADDING", (0, 0), (-1, -1), points)
        for side, points in (("TOP", 2), ("BOTTOM", 2), ("LEFT", 2), ("RIGHT", 4))
    ]
    table.setStyle(TableStyle([*lines, *padding, ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return [CondPageBreak(HEADING_NEEDS), _paragraph(title, HEADING, BOLD), table]


def _paragraph(text: str, style: ParagraphStyle, font: str = PLAIN) -> Paragraph:
    return Paragraph(markup(words.shown(text, 600), font), style)


def _footer(card: Scorecard) -> Any:
    def footer(canvas: Any, document: Any) -> None:
        canvas.setFillColor(TONES["quiet"])
        draw(
            canvas,
            SIDE,
            8 * mm,
            f"{words.shown(card.policy.sender, 60)} · scorecard of supplier {card.supplier_id} · {card.made_on}",
            7.5,
        )
        page = f"page {document.page}"
        draw(canvas, A4[0] - SIDE - width_of(page, 7.5), 8 * mm, page, 7.5)

    return footer


def _number(value: Any) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _percent(value: Any) -> str:
    return "–" if value is None else f"{_number(value)} %"
