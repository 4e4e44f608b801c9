"""The facts that the ``standing`` command sends: importers of public data sets, and a demo that needs no files.

``IMPORTERS[name](datasets_folder() / name)`` reads a data set; ``standing.facts.demo.demo()`` makes the year of the demo.
"""

import os
from collections.abc import Callable
from pathlib import Path

from standing.facts import accounts_receivable, olist, supplier_quality
from standing.facts.fact import DataSet, Fact, FileTally, fact_of

IMPORTERS: dict[str, Callable[[Path], DataSet]] = {
    importer.NAME: importer.read for importer in (supplier_quality, accounts_receivable, olist)
}
"""Name of the data set, which is the name of its folder → what reads that folder."""


def datasets_folder() -> Path | None:
    """The folder that holds the data sets' folders, or None when there is none.

    STANDING_DATASETS names it; else it is ``shared/datasets`` beside the repository or beside a folder above it, as
    seen from this file and from the working directory. Raises FileNotFoundError when STANDING_DATASETS is no folder.
    """
    named = os.environ.get("STANDING_DATASETS")
    if named:
        if not Path(named).is_dir():
            raise FileNotFoundError(f"STANDING_DATASETS names {named}, which is not a folder.")
        return Path(named)
    here = Path.cwd()
    above = (*Path(__file__).resolve().parents, here, *here.parents)
    return next((base / "shared" / "datasets" for base in above if (base / "shared" / "datasets").is_dir()), None)


__all__ = ["IMPORTERS", "DataSet", "Fact", "FileTally", "datasets_folder", "fact_of"]
