"""Any table as facts, by a mapping file that says which column becomes what.

``read_mapping(path)`` reads the file, ``facts_of(mapping, table)`` a table by it.
"""

from standing.facts.mapping.reader import facts_of, mapping_source
from standing.facts.mapping.spec import Mapping, read_mapping

__all__ = ["Mapping", "facts_of", "mapping_source", "read_mapping"]
