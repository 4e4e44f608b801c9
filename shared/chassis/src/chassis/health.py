"""Whether every follower of the log makes progress, and what an operator should look at."""

import time
from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import Gauge

from chassis import telemetry
from chassis.auth_settings import ANYBODY
from chassis.handling.set_aside import named
from chassis.processors.progress import Progress
from chassis.settings import Settings

HEAD = Gauge("standing_log_head", "Head position of the log", ["service", "partition"])
PARKED = Gauge("standing_parked", "Messages that wait for an operator", ["service"])
PARKED_AGE = Gauge("standing_parked_age_seconds", "Age of the oldest parked message", ["service"])
PARKED_ALARM = Gauge(
    "standing_parked_alarm", "1 while the limit on parked messages (number or age) is exceeded", ["service", "limit"]
)
HALTED = Gauge("standing_log_halted", "1 while the log must not grow", ["service"])
SET_ASIDE = Gauge(
    "standing_set_aside",
    "Events that read models and listeners do without; waiting: nobody has decided",
    ["service", "state"],
)
LOOK_ALIKES = Gauge(
    "standing_look_alikes",
    "New names that look like known ones and that nobody has acknowledged as different",
    ["service"],
)
STUCK = Gauge("standing_timers_stuck", "Due rows whose command changed nothing", ["service"])


class Health:
    """Watches the followers of the log: lag is healthy while positions advance, and unhealthy once they stand still for too long."""

    def __init__(
        self,
        reading: Callable[[], Awaitable[Progress]],
        faults: Callable[[], Mapping[str, str]],
        held_up: Callable[[], Mapping[str, str]],
        commands_waiting: Callable[[], int],
        settings: Settings,
    ) -> None:
        self._reading = reading
        self._faults = faults
        self._held_up = held_up
        self._commands_waiting = commands_waiting
        self._settings = settings
        self._last: dict[str, tuple[int, float]] = {}
        self._heads: dict[int, int] = {}
        self._caught_up_once = False

    async def reasons(self) -> list[str]:
        """What makes no progress, one sentence each; empty when all is well."""
        reading = await self._reading()
        reasons = [f"{name}: {fault}" for name, fault in self._faults().items()]
        if reading.halted is not None:
            reasons.append(f"log: {reading.halted}")
        for follower, lag, position in _followers(reading):
            stuck_s = self._standing_still(follower, lag, position)
            if stuck_s > self._settings.stuck_after_s:
                reasons.append(f"{follower} lags by {lag} and has not moved for {stuck_s:.0f} s.")
        if not self._caught_up_once:
            # Measured against the heads of the first look: under a steady load the current heads may never be reached.
            self._heads = self._heads or reading.heads
            missing = sum(
                max(0, self._heads[p] - at) for positions in reading.read_models.values() for p, at in positions.items()
            )
            self._caught_up_once = not missing
            if missing:
                reasons.append(f"Read models are {missing} events behind and have not caught up since the start.")
        return reasons

    async def warnings(self) -> list[str]:
        """What an operator should look at soon although everything makes progress, one sentence each."""
        reading, settings = await self._reading(), self._settings
        over = _parked_alarms(reading, settings)
        warnings = [ANYBODY] if settings.auth == "off" else []
        warnings += [f"{name}: {what}" for name, what in self._held_up().items()]
        undecided = [row for row in reading.set_aside if row["state"] == "waiting"]
        warnings += [f"{sentence}; see /v1/admin/set-aside." for sentence in named(undecided)]
        if over["number"]:
            warnings.append(
                f"{reading.parked} messages are parked (alarm at {settings.parked_alarm}); see /v1/admin/parked/summary."
            )
        if over["age"]:
            warnings.append(
                f"A message has been parked since {reading.parked_since:%Y-%m-%d %H:%M} UTC; see /v1/admin/parked."
            )
        if reading.look_alikes:
            names = "name looks" if reading.look_alikes == 1 else "names look"
            warnings.append(
                f"{reading.look_alikes} new {names} like a known one, first {reading.first_look_alike}; see /v1/admin/look-alikes."
            )
        return warnings

    async def measure(self) -> None:
        """Set the gauges."""
        reading = await self._reading()
        for partition, head in reading.heads.items():
            HEAD.labels(reading.service, partition).set(head)
            telemetry.LAG.labels(reading.service, "relay", partition).set(head - reading.relay.get(partition, 0))
            telemetry.LAG.labels(reading.service, "look-ups", partition).set(head - reading.lookup.get(partition, 0))
            for name, positions in reading.read_models.items():
                telemetry.LAG.labels(reading.service, name, partition).set(head - positions[partition])
        PARKED.labels(reading.service).set(reading.parked)
        PARKED_AGE.labels(reading.service).set(_parked_age_s(reading))
        for limit, over in _parked_alarms(reading, self._settings).items():
            PARKED_ALARM.labels(reading.service, limit).set(over)
        telemetry.COMMANDS_WAITING.labels(reading.service).set(self._commands_waiting())
        HALTED.labels(reading.service).set(reading.halted is not None)
        for state in ("waiting", "accepted"):
            count = sum(row["state"] == state for row in reading.set_aside)
            SET_ASIDE.labels(reading.service, state).set(count)
        LOOK_ALIKES.labels(reading.service).set(reading.look_alikes)
        STUCK.labels(reading.service).set(sum(reading.stuck.values()))

    def _standing_still(self, follower: str, lag: int, position: int) -> float:
        last_position, since = self._last.get(follower, (-1, 0.0))
        now = time.monotonic()
        if lag == 0 or position != last_position:
            self._last[follower] = (position, now)
            return 0.0
        return now - since


def _parked_age_s(reading: Progress) -> float:
    return (reading.now - reading.parked_since).total_seconds() if reading.parked_since is not None else 0.0


def _parked_alarms(reading: Progress, settings: Settings) -> dict[str, bool]:
    """Which limits on parked messages are exceeded: their number, the age of the oldest."""
    return {
        "number": reading.parked >= settings.parked_alarm,
        "age": _parked_age_s(reading) >= settings.parked_alarm_age_s,
    }


def _followers(reading: Progress) -> list[tuple[str, int, int]]:
    """(name, lag, sum of positions) of the relay and of each read model."""
    heads = sum(reading.heads.values())
    relay = sum(reading.relay.values())
    models = [(f"read model {name}", sum(at.values())) for name, at in reading.read_models.items()]
    return [("relay", heads - relay, relay), *((name, heads - at, at) for name, at in models)]
