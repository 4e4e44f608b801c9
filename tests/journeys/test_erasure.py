"""A person is erased, on some days of the demo; ``make erasure`` does it on the year."""

from pathlib import Path

import pytest

from standing.facts.demo import demo

from ..erasure.run import erase_and_look

pytestmark = pytest.mark.parts


async def test_somebody_who_is_erased_is_found_nowhere_and_an_older_backup_has_them_erased_again(
    tmp_path: Path,
) -> None:
    if not await erase_and_look(demo(days=4, scale=0.05), tmp_path, print):
        pytest.skip(
            "the restored backup needs a real broker: members of the mock cluster's groups come back after minutes"
        )
