"""Where one looks at traces: a viewer that is named, Jaeger in Docker, or Zipkin on the local JVM with a bridge that takes OTLP."""

from standing_parts.traces.viewer import TraceViewer, start_viewer

__all__ = ["TraceViewer", "start_viewer"]
