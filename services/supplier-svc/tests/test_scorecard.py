"""The scorecard as a page and as a PDF: what is on it, and that nothing in a name can break it."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from chassis.processors.replay import rows_from
from chassis.testing.replay import envelope
from supplier_svc.read_models import corrective_action, improvement, supplier_month
from supplier_svc.reports.charts import Bar, Line, pareto, trend
from supplier_svc.reports.page import page
from supplier_svc.reports.pdf import pdf
from supplier_svc.reports.scorecard import Scorecard, scorecard
from supplier_svc.responses import ParetoRow
from supplier_svc.testing import grade, inspection, supplier

NAME = "上海锐途 <b>& Sons</b>"


def a_card(*points: int) -> Scorecard:
    known = supplier()
    for month, number in enumerate(points, start=1):
        known = known.when(
            inspection(f"I-{month}", *["minor"] * number, on=f"2024-{month:02}-12"), grade(f"2024-{month:02}")
        )
    log = [(event, envelope(n)) for n, event in enumerate(known.facts, start=1)]
    graded = [row for row in rows_from(supplier_month.MODEL, log) if row["grade"]]
    row = {
        "supplier_id": "S-1",
        "name": NAME,
        "standing": known.state.gradings.standing,
        "stage": "approved",
        "is_preferred": False,
    }
    defects = [
        ParetoRow(
            of="crack", records=9, quantity=Decimal(9), points=9, percent=Decimal(90), cumulative_percent=Decimal(90)
        ),
        ParetoRow(
            of="dent", records=1, quantity=Decimal(1), points=1, percent=Decimal(10), cumulative_percent=Decimal(100)
        ),
    ]
    due = [each for each in rows_from(improvement.MODEL, log) if each["state"] == "due"]
    steps = [each for each in rows_from(corrective_action.MODEL, log) if each["state"] == "open"]
    shares = [{"item_id": "bolt", "share_percent": Decimal("33.34"), "sources_counted": 3}]
    return scorecard(
        row, sorted(graded, key=lambda r: r["period"], reverse=True), [], defects, shares, due, steps, date(2024, 6, 1)
    )


@pytest.fixture(scope="module")
def card() -> Scorecard:
    return a_card(2, 8, 20, 40)


def test_the_page_says_where_the_supplier_stands_why_and_what_is_due(card):
    html = page(card)
    for said in (
        "2024-04",
        "33.34 %",
        "improve by 2024-05-10",
        "C takes at most 30 points; there were 40.",
        "8D CA-S-1-2024-04: team",
    ):
        assert said in html
    assert "上海锐途 &lt;b&gt;&amp; Sons&lt;/b&gt;" in html
    assert "<script" not in html
    assert "http" not in html.replace("http-equiv", "")


def test_the_charts_of_the_page_are_well_formed_pictures_with_words_for_who_cannot_see_them(card):
    html = page(card)
    pictures = [f"<svg{part.partition('</svg>')[0]}</svg>" for part in html.split("<svg")[1:]]
    assert len(pictures) == 2
    for picture in pictures:
        assert ElementTree.fromstring(picture).attrib["aria-label"]


def test_the_pdf_holds_the_same_in_words_that_can_be_searched(card):
    read = PdfReader(BytesIO(pdf(card)))
    text = "\n".join(each.extract_text() for each in read.pages)
    for said in ("上海锐途", "& Sons", "2024-04", "33.34 %", "improve by 2024-05-10"):
        assert said in text
    assert read.metadata.title == f"Scorecard: {NAME} (S-1)"
    assert 1 <= len(read.pages) <= 3


def test_a_supplier_that_was_never_graded_has_a_scorecard_too():
    empty = a_card()
    assert "No period was graded yet." in page(empty)
    assert PdfReader(BytesIO(pdf(empty))).pages


def test_shapes_stay_inside_their_chart():
    scores = [(f"2024-{n:02}", Decimal(n * 7), "B") for n in range(1, 13)]
    for chart in (
        trend(scores, [("A", Decimal(5)), ("C", Decimal(300))]),
        pareto([("x" * 40, 5, Decimal(50)), ("y", 0, Decimal(100))]),
    ):
        for shape in chart.shapes:
            places = shape.points if isinstance(shape, Line) else [(shape.x, shape.y)]
            assert all(0 <= x <= chart.width and 0 <= y <= chart.height for x, y in places)
            assert not isinstance(shape, Bar) or shape.height >= 0


def test_a_pareto_of_nothing_says_so():
    assert pareto([]).summary == "No defect was recorded."
