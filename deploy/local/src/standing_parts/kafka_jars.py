"""The jars of Apache Kafka, fetched by Maven once into the user's cache folder."""

from __future__ import annotations

from pathlib import Path

from standing_parts.maven import Fetched
from standing_parts.part import Say

POM = Path(__file__).with_name("pom.xml")
FETCHED = Fetched("Kafka", "Apache Kafka", POM, megabytes=45)
VERSION = FETCHED.version


def probe() -> None:
    """Raises PassedOver when Java 17 does not answer, or Maven does not and the jars are not there yet."""
    FETCHED.probe()


def jars(log: Path, say: Say) -> Path:
    """The folder of the jars, fetched when it is not there yet. Raises PassedOver when they cannot be had."""
    return FETCHED.folder(log, say)
