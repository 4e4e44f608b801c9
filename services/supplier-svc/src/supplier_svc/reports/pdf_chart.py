"""A chart in a PDF."""

# reportlab publishes no types.
# mypy: disable-error-code="import-untyped, misc"

from typing import Any

from reportlab.lib import colors
from reportlab.platypus import Flowable

from supplier_svc.reports.charts import Bar, Chart, Dot, Label, Line
from supplier_svc.reports.pdf_text import draw, width_of

SIZE = 8.5
TONES: dict[str, colors.Color] = {
    "ink": colors.HexColor("#1d2733"),
    "paper": colors.white,
    "quiet": colors.HexColor("#5a6775"),
    "faint": colors.HexColor("#d8dee6"),
    "series": colors.HexColor("#2f5d8c"),
    "second": colors.HexColor("#b06a00"),
    "A": colors.HexColor("#1a7f4b"),
    "B": colors.HexColor("#2f5d8c"),
    "C": colors.HexColor("#b06a00"),
    "D": colors.HexColor("#b3261e"),
}


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
                canvas.circle(shape.x, height - shape.y, shape.radius, stroke=0, fill=1)
            case Label():
                back = {"start": 0.0, "middle": 0.5, "end": 1.0}[shape.anchor] * width_of(shape.text, SIZE)
                draw(canvas, shape.x - back, height - shape.y, shape.text, SIZE)
