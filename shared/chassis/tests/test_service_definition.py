"""What cannot be a service is refused where it is defined, before anything runs."""

from dataclasses import replace

import pytest

from .toy import JAR_SERVICE


def test_a_service_with_two_sources_of_one_topic_is_refused_with_the_topics_name() -> None:
    [pourings] = JAR_SERVICE.sources
    with pytest.raises(ValueError, match=r"jar-svc has two sources of plant\.pourings; give one source all reactions"):
        replace(JAR_SERVICE, sources=(pourings, pourings))
    assert replace(JAR_SERVICE, sources=(pourings, replace(pourings, topic="plant.spills"))).sources
