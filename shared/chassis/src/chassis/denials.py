"""Requests that were refused because of who made them: counted by right and reason, and said aloud where one caller's come in a burst."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable

import structlog
from prometheus_client import Counter

_log = structlog.get_logger()

DENIED = Counter(
    "standing_denied",
    "HTTP requests refused because of who made them (401, 403); right: that of the operation, empty before it is known",
    ["service", "right", "code"],
)
BURST, WITHIN_S = 20, 60.0
"""So many refusals of one caller within this time are a burst."""
SHOWN_S = 600.0
"""How long a burst is shown after its last refusal."""
CALLERS_MAX = 1_000
"""Callers that are remembered; beyond them the one that was refused longest ago is forgotten."""


class Denials:
    """The refusals of one process. Callers stand in sentences and in its log, never in a metric."""

    def __init__(self, service: str, now: Callable[[], float] = time.monotonic) -> None:
        self._service = service
        self._now = now
        self._recent: OrderedDict[str, deque[float]] = OrderedDict()
        self._bursts: dict[str, float] = {}

    def note(self, caller: str, right: str, code: str) -> None:
        """A refusal. ``caller``: a subject, or an address; ``right``: of the operation; ``code``: of the problem."""
        DENIED.labels(self._service, right, code).inc()
        now = self._now()
        times = self._recent.setdefault(caller, deque(maxlen=BURST))
        self._recent.move_to_end(caller)
        times.append(now)
        if len(self._recent) > CALLERS_MAX:
            forgotten, _ = self._recent.popitem(last=False)
            self._bursts.pop(forgotten, None)
        if len(times) == BURST and now - times[0] <= WITHIN_S:
            if now - self._bursts.get(caller, -SHOWN_S) >= SHOWN_S:
                _log.warning(
                    "refused in a burst", caller=caller, right=right, code=code, within_s=round(now - times[0])
                )
            self._bursts[caller] = now

    def notices(self) -> dict[str, str]:
        """Whose refusals came in a burst lately, one sentence each."""
        now = self._now()
        self._bursts = {caller: at for caller, at in self._bursts.items() if now - at < SHOWN_S}
        sentence = (
            f"was refused {BURST} times or more within {WITHIN_S:.0f} s; see its log, and what its issuer knows of it."
        )
        return {f"caller {caller}": sentence for caller in self._bursts}
