"""What the properties of this project draw from the strategies that it ships: the years around the decisions of 2023 to 2028, so that days meet."""

from datetime import date
from typing import Final

from hypothesis import strategies as st

import deadline_rules as dr
from deadline_rules.testing import strategies as shipped

PACKS: Final = ("ben-tre", "can-tho", "kon-tum", "so-nn", "yen-the")
SINCE: Final = date(2023, 6, 1)
UNTIL: Final = date(2028, 6, 30)

days = shipped.days(since=SINCE, until=UNTIL)


def tasks() -> st.SearchStrategy[dr.Task]:
    """Any task that is one, its days in those years."""
    return shipped.tasks(since=SINCE, until=UNTIL)
