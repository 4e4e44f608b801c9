"""Values that the shape of a field alone does not lead to: currencies that there are, days and ids that facts have."""

import schemathesis
from hypothesis import strategies as st

from contracts.currencies import ISO_4217

schemathesis.openapi.format("iso-4217", st.sampled_from(sorted(ISO_4217)))
schemathesis.openapi.format("date", st.dates().map(str) | st.sampled_from(["2024-05-31", "1900-01-01", "2999-12-31"]))
