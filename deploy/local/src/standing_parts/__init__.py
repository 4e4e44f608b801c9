"""Starts the real parts, PostgreSQL and Kafka, on a developer's machine without an installation."""

from standing_parts.kafka import Kafka, start_kafka
from standing_parts.part import PartError
from standing_parts.postgres import Postgres, start_postgres
from standing_parts.postgres_programs import run_program

__all__ = ["Kafka", "PartError", "Postgres", "run_program", "start_kafka", "start_postgres"]
