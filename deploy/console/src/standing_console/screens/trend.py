"""The last hour on the overview: events a second and how many wait, by service; a table, from which the chart is drawn."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from standing_console.history import Figures, every_minute
from standing_console.visit import Visit


@dataclass(frozen=True)
class Row:
    """One minute, with the figures of each service; None for one of which nothing was seen in it."""

    start: datetime
    figures: tuple[Figures | None, ...]

    @property
    def epoch_ms(self) -> int:
        return int(self.start.timestamp() * 1000)


async def trend(visit: Visit) -> dict[str, Any]:
    """Of those services whose progress the viewer may see now."""
    readings, faults = await visit.of_each(visit.shared_reading)
    now = max((each.read_at for each in readings.values()), default=None)
    seen = {service: visit.readings.history.of(service, now) for service in readings} if now else {}
    minutes = every_minute({start for figures in seen.values() for start in figures})
    rows = [Row(start, tuple(figures.get(start) for figures in seen.values())) for start in minutes]
    return {"services": list(seen), "rows": rows, "faults": faults}
