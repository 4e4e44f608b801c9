"""Traces, logs and metrics: a business fact can be followed from the message that brought it to its last consequence."""

import logging
import sys
from collections.abc import MutableMapping, Sequence
from typing import TYPE_CHECKING, Any

import structlog
from opentelemetry import trace
from prometheus_client import Counter, Gauge, Histogram

from chassis.tracing import configure_traces, enabled, exemplar, recorded_under

if TYPE_CHECKING:
    from chassis.otlp import Exporter

APPENDED = Counter("standing_events_appended", "Events appended to the log", ["service"])
COMMANDS = Counter("standing_commands", "Commands answered", ["service", "outcome"])
COMMIT_SECONDS = Histogram("standing_commit_seconds", "Time of one append transaction", ["service"])
_TO_AN_HOUR = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)
HTTP_SECONDS = Histogram(
    "standing_http_seconds",
    "Time of an HTTP request until its answer is complete",
    ["service", "method", "route", "status"],
)
FACT_TO_DECISION = Histogram(
    "standing_fact_to_decision_seconds",
    "Time from a message's record to its decision in the log",
    ["service", "source"],
    buckets=_TO_AN_HOUR,
)
DECISION_TO_READ_MODEL = Histogram(
    "standing_decision_to_read_model_seconds",
    "Time from an event's append until read models show it",
    ["service"],
    buckets=_TO_AN_HOUR,
)
PUBLISHED = Counter("standing_events_published", "Events that the broker acknowledged", ["service"])
PROJECTED = Counter("standing_events_projected", "Events that a projection applied", ["service", "projection"])
LAG = Gauge("standing_lag", "Events between the head and a follower", ["service", "follower", "partition"])
UNDECODABLE = Gauge(
    "standing_batch_undecodable",
    "1 while a partition stops before a batch that cannot be decoded",
    ["service", "topic", "partition"],
)
CONSUMED = Counter("standing_messages_consumed", "Messages taken from a topic", ["service", "source", "outcome"])
HTTP_IN_WORK = Gauge("standing_http_in_work", "HTTP requests that are being answered", ["service"])
TURNED_AWAY = Counter(
    "standing_http_turned_away",
    "HTTP requests refused because too many were in progress, or came from one caller (429)",
    ["service"],
)
COMMANDS_WAITING = Gauge(
    "standing_commands_waiting", "Units of commands that wait for the next transaction", ["service"]
)


def observe_each(histogram: Histogram, took_s: Sequence[tuple[float, str | None]]) -> None:
    """Durations of a batch, each with a traceparent; the slowest one that is recorded is the example of them.

    A histogram keeps one example of each range, and takes longer to check one than to count a value.
    """
    slowest = max((each for each in took_s if each[1] and recorded_under(each[1])), default=None) if enabled() else None
    for each in took_s:
        histogram.observe(max(each[0], 0.0), exemplar(each[1]) if each is slowest else None)


def configure(
    service: str,
    log_level: str,
    otlp: bool,
    exporter: "Exporter | None" = None,
    ratio: float | None = None,
    instance: str = "1",
    version: str = "",
) -> None:
    """Set up JSON logs and, where an OTLP endpoint or an exporter is given, tracing. Once per process."""
    if otlp or exporter is not None:
        if exporter is None:
            from chassis.otlp import Exporter

            exporter = Exporter()
        configure_traces(service, exporter, ratio, instance, version)
    configure_logs(service, log_level)


def configure_logs(service: str, log_level: str) -> None:
    """One JSON object per line on standard error, with its trace id; the logs of libraries have the same form."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace_ids,
        structlog.processors.format_exc_info,
    ]
    json = structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, json],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(log_level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, json],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def _add_trace_ids(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        entry["trace_id"] = format(context.trace_id, "032x")
        entry["span_id"] = format(context.span_id, "016x")
    return entry
