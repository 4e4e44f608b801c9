"""Starts the real parts, PostgreSQL and Kafka, on a developer's machine without an installation."""

from standing_parts.kafka import Kafka, start_kafka
from standing_parts.part import PartError
from standing_parts.postgres import Postgres, start_postgres

__all__ = ["Kafka", "PartError", "Postgres", "start_kafka", "start_postgres"]
