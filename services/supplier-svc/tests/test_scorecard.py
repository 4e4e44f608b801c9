"""The scorecard as a page and as a PDF: what is on it, that its sums agree, and that nothing in a text can break it."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from pypdf import PdfReader

from chassis.processors.replay import rows_from
from chassis.testing.replay import envelope
from contracts.supplier import OnboardingFile
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.policies.partner_access import PRICES
from supplier_svc.policies.scorecards import SupplierScorecard
from supplier_svc.read_models import (
    corrective_action,
    defect_month,
    improvement,
    lot_month,
    qualification,
    supplier_month,
)
from supplier_svc.read_models import supplier as supplier_rows
from supplier_svc.reports.charts import Bar, Line, pareto, trend, wrapped
from supplier_svc.reports.page import page
from supplier_svc.reports.pdf import pdf
from supplier_svc.reports.quality import pareto_rows, quality_rows
from supplier_svc.reports.scorecard import Scorecard, period_lines, scorecard, shown_periods, tied, total_of
from supplier_svc.supplier.facts import RecordSurvey
from supplier_svc.supplier.onboarding import AdoptSupplier
from supplier_svc.supplier.trading_status import EliminateSupplier
from supplier_svc.testing import GivenSupplier, deliveries, delivery, grade, grade_year, inspection, supplier

NAME = "上海锐途 <b>& Sons</b> Żółć Kőszeg"
POLICY = SupplierScorecard(sender="Example Works", address="1 Mill Lane, Exeter", contact="quality@works.example")
CODES = ("crack", "dimension-out-of-tolerance-on-the-inner-diameter", "dent")


def a_card(known: GivenSupplier, on: date = date(2024, 6, 1), shares: int = 1) -> Scorecard:
    """The scorecard of a supplier from the rows that its events give."""
    log = [(event, envelope(n)) for n, event in enumerate(known.facts, start=1)]
    rows = rows_from(supplier_month.MODEL, log)
    years = [row for row in rows if row["track"] == "annual" and row["grade"]]
    rows = [row for row in rows if row["track"] == "operational"]
    graded = [row["period"] for row in rows if row["grade"]]
    periods = shown_periods(max(graded, default=None), on)
    shown = [row for row in rows if periods[0].starts_on <= row["ends_on"] <= periods[-1].ends_on]
    months = str(next(periods[0].calendar_months())), str(periods[-1].last_month)

    def summed(model: Any, by: str) -> list[dict[str, Any]]:
        groups: dict[str, dict[str, Any]] = {}
        for row in rows_from(model, log):
            if months[0] <= row["month"] <= months[1]:
                group = groups.setdefault(row[by], {"of": row[by]})
                for name, value in row.items():
                    if isinstance(value, int | Decimal):
                        group[name] = group.get(name, 0) + value
        return sorted(groups.values(), key=lambda each: -each.get("points", 0))

    filed = rows_from(qualification.MODEL, log)
    return scorecard(
        rows_from(supplier_rows.MODEL, log)[0],
        shown,
        quality_rows(summed(lot_month.MODEL, "supplier_id")),
        pareto_rows(summed(defect_month.MODEL, "code")),
        [{"item_id": f"bolt-{n}", "share_percent": Decimal("33.34"), "sources_counted": 3} for n in range(shares)],
        [each for each in rows_from(improvement.MODEL, log) if each["status"] == "due"],
        [each for each in rows_from(corrective_action.MODEL, log) if each["status"] == "open"],
        filed[0]["steps"] if filed else [],
        POLICY,
        on,
        years[-1] if years else None,
    )


def a_supplier(*points: int, name: str = NAME, under: Any = ()) -> GivenSupplier:
    """Ten lots a month from 2024-01 on, some late, with that many minor nonconformances; each month graded."""
    file = OnboardingFile(name=name)
    known = supplier(under=under).when(AdoptSupplier("S-1", file, date(2024, 1, 1), "chen", "since 2015"))
    for month, number in enumerate(points, start=1):
        day = f"2024-{month:02}-12"
        found = inspection(f"I-{month}", *["minor"] * number, on=day)
        defects = tuple(
            each.model_copy(update={"code": CODES[n % 3]}) for n, each in enumerate(found.inspection.defects)
        )
        found = type(found)(found.inspection.model_copy(update={"defects": defects}))
        lots = [*deliveries(9, on=day), delivery(f"late-{month}", on=day, promised=f"2024-{month:02}-10")]
        known = known.when(*lots, found, grade(f"2024-{month:02}"))
    return known


@pytest.fixture(scope="module")
def card() -> Scorecard:
    return a_card(a_supplier(0, 1, 2, 4))


def text_of(printed: bytes) -> str:
    return "\n".join(each.extract_text() for each in PdfReader(BytesIO(printed)).pages)


def test_the_page_tells_where_the_supplier_stands_why_and_what_is_due(card):
    html = page(card)
    for words in (
        "2024-04",
        "33.34 %",
        "Improvement for 2024-04",
        "C takes at most 3 points in the same number of lots (10); there were 4.",
        "8D report, next: name the team",
        "2024-04 was graded D.",
        "minor nonconformances",
    ):
        assert words in html
    assert "上海锐途 &lt;b&gt;&amp; Sons&lt;/b&gt;" in html
    assert "<script" not in html
    assert "http" not in html.replace("http-equiv", "")


def test_a_scorecard_shows_the_grade_of_the_year_beside_that_of_the_month_and_what_it_limits():
    answers = {"quality_stability": 80, "delivery_timeliness": 75, "supply_assurance": 70, "after_sales": 70}
    survey = RecordSurvey(
        "S-1", "SV-1", date(2024, 1, 20), "li", {topic: Decimal(each) for topic, each in answers.items()}
    )
    card = a_card(a_supplier(0).when(survey, grade_year("2024")), on=date(2025, 1, 22))
    said = (
        "The year 2024 was graded B with 84.75 points of 100. It limits the grade in force to B. "
        "A takes 85 points; there were 84.75, 0.25 short."
    )
    assert (card.grade, card.lines[-1].in_force) == ("B", "A")
    assert card.year_note.startswith(said)
    assert said in page(card)
    assert "The year 2024 was graded B" in text_of(pdf(card))


def test_a_scorecard_names_its_sender_its_terms_and_a_file_of_its_own(card):
    printed = pdf(card)
    for text in (page(card), text_of(printed)):
        for words in ("Example Works", "1 Mill Lane, Exeter", "quality@works.example", "Key", "parts per million"):
            assert words in text
    assert PdfReader(BytesIO(printed)).metadata.author == "Example Works"
    assert card.file_name == "scorecard-S-1-2024-04.pdf"


@pytest.mark.parametrize("points", [(0,), (0, 1, 2, 4), (3, 0, 5, 1, 2, 2, 7, 1, 0, 4, 6, 2)])
def test_every_sum_on_a_scorecard_agrees_with_the_others(points):
    card = a_card(a_supplier(*points), on=date(2025, 1, 1))
    assert card.quality is not None
    assert card.quality.lots_received == card.total.lots == sum(line.lots for line in card.lines) == 10 * len(points)
    assert card.quality.lots_late == card.total.late == len(points)
    assert card.quality.lots_inspected == card.total.inspected
    assert card.quality.lots_rejected == card.total.rejected == sum(each > 0 for each in points)
    assert sum(row.points for row in card.defects) == card.total.points == sum(points)
    assert sum(row.record_count for row in card.defects) == card.total.records
    assert card.grading is not None
    assert sum(part for *_, part in card.factors) == card.grading.score
    bars = [int(label.text.partition(" ")[0]) for label in labels(card.pareto) if re.match(r"\d+ · ", label.text)]
    assert sum(bars) == sum(points)


def test_a_month_outside_the_twelve_is_in_none_of_the_sums():
    known = a_supplier(*[1] * 12).when(*deliveries(10, on="2025-01-12"), grade("2025-01"))
    card = a_card(known, on=date(2025, 2, 1))
    assert card.span == "2024-02 to 2025-01"
    assert card.quality is not None
    assert (card.quality.lots_received, card.total.lots, len(card.lines)) == (120, 120, 12)


def test_a_month_with_facts_that_was_not_graded_yet_is_a_line_of_its_own():
    known = a_supplier(1, 1).when(*deliveries(3, on="2024-03-12"), grade("2024-04"))
    lines = {line.period: line.grade for line in a_card(known).lines}
    assert lines == {"2024-01": "B", "2024-02": "B", "2024-03": "not graded yet", "2024-04": "too few facts"}


def test_quarters_add_up_the_facts_of_their_months():
    quarterly = SupplierGrading(period="quarter")
    known = supplier(under=(quarterly,)).when(*deliveries(6, on="2024-01-12"), *deliveries(4, on="2024-03-12"))
    card = a_card(known.when(grade("2024-Q1")))
    assert [(line.period, line.grade, line.lots) for line in card.lines] == [("2024-Q1", "A", 10)]


def test_a_composite_score_is_the_sum_of_its_parts_as_printed():
    card = a_card(a_supplier(3, 4, 1, under=(SupplierGrading(scheme="vendor_rating"),)))
    assert card.grading is not None
    assert sum(part for *_, part in card.factors) == card.grading.score.quantize(Decimal("0.01"))
    assert "points of 100" in page(card)


@pytest.mark.parametrize("scheme", ["vendor_rating", "assessment_table"])
def test_what_gives_away_a_standard_or_lowest_price_is_not_printed_and_the_sum_agrees_all_the_same(scheme: str):
    priced = {"standard_price": Decimal("0.09"), "lowest_price": Decimal("0.08")}
    lots = deliveries(9, on="2024-04-12", **priced)
    adopted = AdoptSupplier("S-1", OnboardingFile(name=NAME), date(2024, 1, 1), "chen", "since 2015")
    card = a_card(supplier(under=(SupplierGrading(scheme=scheme),)).when(adopted, *lots, grade("2024-04")))
    assert card.grading is not None
    assert {each.name.rpartition(".")[2] for each in card.grading.factors} & PRICES
    [points] = [part for name, *_, part in card.factors if name.startswith("price")]
    assert points == next(each.score for each in card.grading.criteria if each.name == "price")
    assert sum(part for *_, part in card.factors) == card.grading.score.quantize(Decimal("0.01"))
    for printed in (page(card), text_of(pdf(card))):
        for hidden in ("price above", "lowest price", "standard price", "sources of the item"):
            assert hidden not in printed, hidden


@for_all(st.lists(st.decimals(0, 100, places=6), min_size=1, max_size=12))
def test_parts_in_hundredths_add_up_to_the_whole_in_hundredths(parts):
    assert sum(tied(parts, sum(parts, Decimal(0)))) == sum(parts, Decimal(0)).quantize(Decimal("0.01"))


def test_a_b_beside_eliminated_is_explained(card):
    known = a_supplier(0, 1).when(EliminateSupplier("S-1", date(2024, 3, 4), "bought by a competitor"))
    eliminated = a_card(known)
    note = (
        "Eliminated since 2024-03-04: bought by a competitor. No new orders are placed. A new qualification may begin on "
        "2025-03-04. The grade says how 2024-02 was delivered; it does not lift the elimination."
    )
    assert (eliminated.grade, eliminated.status, eliminated.status_note) == ("B", "Eliminated", note)
    for text in (page(eliminated), text_of(pdf(eliminated)).replace("\n", " ")):
        assert "Grade B" in text
        assert "it does not lift the elimination" in text
    assert card.status_note == ""


@pytest.mark.parametrize("internal", ["CA-S-1", "on_site_report", "insufficient", "_"])
def test_no_internal_name_is_on_a_scorecard(internal):
    known = a_supplier(0, 1, 2, 4).when(inspection("I-9", "critical", on="2024-04-20"), grade("2024-05"))
    text = text_of(pdf(a_card(known)))
    assert internal not in text.replace("S-1_", "")
    assert "critical nonconformance: inspection I-9, defect 1" in text.replace("\n", " ")


def test_axes_have_units_and_no_label_is_cut():
    card = a_card(a_supplier(0, 3, 2, 4))
    assert "points per 100 lots" in [label.text for label in labels(card.trend)]
    assert "A up to 5, B up to 15, C up to 30 points per 100 lots, D above" in card.trend.key
    names = "".join(label.text for label in labels(card.pareto) if label.anchor == "start")
    assert CODES[1] in names
    assert "…" not in page(card)


@for_all(st.text(st.characters(exclude_categories=("Cs",)), max_size=300), st.integers(4, 40))
def test_a_wrapped_text_is_whole_and_fits(text, columns):
    lines = wrapped(text, columns)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "") or "".join("".join(lines).split()) == "".join(
        text.split()
    )


def test_the_charts_of_the_page_are_well_formed_pictures_with_words_for_who_cannot_see_them(card):
    html = page(card)
    pictures = [f"<svg{part.partition('</svg>')[0]}</svg>" for part in html.split("<svg")[1:]]
    assert len(pictures) == 2
    for picture in pictures:
        assert ElementTree.fromstring(picture).attrib["aria-label"]


def test_the_pdf_holds_the_same_in_words_that_can_be_searched(card):
    printed = pdf(card)
    text = text_of(printed)
    for words in ("上海锐途", "& Sons", "2024-04", "33.34 %", "Improvement for 2024-04", "Żółć"):
        assert words in text.replace("Zółć", "Żółć")
    read = PdfReader(BytesIO(printed))
    assert read.metadata.title == f"Supplier scorecard: {NAME} (S-1)"
    assert 1 <= len(read.pages) <= 3


HEADINGS = (
    "Score by period",
    "Defects, the",
    "Why ",
    "Lots and parts",
    "Periods",
    "Order shares",
    "What is due",
    "Key",
)


@pytest.mark.parametrize("shares", range(0, 30, 3))
def test_no_heading_stands_alone_at_the_end_of_a_page(shares):
    for each in PdfReader(BytesIO(pdf(a_card(a_supplier(*[2, 4, 1] * 4), shares=shares)))).pages:
        body = [
            line for line in each.extract_text().splitlines() if line.strip() and "scorecard of supplier" not in line
        ]
        last = [line for line in body if not line.startswith("page ")][-1]
        assert not last.startswith(HEADINGS)


@pytest.mark.parametrize(
    "name", ["x" * 30_000, "长" * 30_000, "word " * 6_000, "\x01\x0b\u202e\u200b<para>", "&amp;<font>"]
)
def test_a_name_of_any_length_or_letters_is_printed(name):
    known = a_supplier(0, 1, name=name).when(EliminateSupplier("S-1", date(2024, 3, 4), (name * 2000)[:2000]))
    card = a_card(known)
    assert len(PdfReader(BytesIO(pdf(card))).pages) <= 4
    assert len(page(card)) < 40_000


@settings(max_examples=60, deadline=None)
@for_all(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=80))
def test_any_text_can_be_printed(name):
    assert pdf(a_card(a_supplier(1, name=name)))


def test_a_supplier_that_was_never_graded_has_a_scorecard_too():
    empty = a_card(a_supplier())
    assert "No period was graded yet." in page(empty)
    assert PdfReader(BytesIO(pdf(empty))).pages
    assert empty.file_name == "scorecard-S-1-2024-06-01.pdf"


def test_a_file_name_has_letters_only_that_every_system_takes(card):
    odd = type(card)(**{**vars(card), "supplier_id": '供/1"; x\r\n'})
    assert re.fullmatch(r"scorecard-[A-Za-z0-9_-]+-2024-04\.pdf", odd.file_name)


def labels(chart: Any) -> list[Any]:
    return [shape for shape in chart.shapes if hasattr(shape, "anchor")]


def test_shapes_stay_inside_their_chart():
    scores = [(f"2024-{n:02}", Decimal(n * 7), "B") for n in range(1, 13)]
    for chart in (
        trend(scores, [("A", Decimal(5)), ("C", Decimal(300))], "points", ""),
        pareto([("x" * 100, 5, Decimal(50)), ("长" * 100, 0, Decimal(100))], "points"),
    ):
        for shape in chart.shapes:
            places = shape.points if isinstance(shape, Line) else [(shape.x, shape.y)]
            assert all(0 <= x <= chart.width and 0 <= y <= chart.height for x, y in places)
            assert not isinstance(shape, Bar) or (shape.height >= 0 and shape.x + shape.width <= chart.width)


def test_a_pareto_of_nothing_has_words_for_it():
    assert pareto([], "points").summary == "No defect was recorded."


def test_lines_without_rows_are_none_and_add_up_to_nothing():
    assert period_lines(shown_periods(None, date(2024, 6, 1)), []) == []
    assert total_of([]).lots == 0
