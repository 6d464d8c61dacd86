"""Tasks, days and readings for properties; days crowd around the boundaries that matter."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

import deadline_rules as dr
from deadline_rules.columns import DAY_FIELDS
from deadline_rules.rulebook.library import shared_readings

PACKS = ("ben-tre", "can-tho", "kon-tum", "so-nn", "yen-the")

# Tết, the swap of 2026-01-02, 31/8 and 2/9, 24/11, month ends, a leap day, the merger of 2025-07-01.
TURNING_POINTS = [
    date(2024, 2, 29),
    date(2025, 7, 1),
    date(2025, 12, 31),
    date(2026, 1, 2),
    date(2026, 1, 10),
    date(2026, 2, 13),
    date(2026, 2, 23),
    date(2026, 8, 22),
    date(2026, 9, 2),
    date(2026, 11, 24),
    date(2027, 12, 31),
]

near_turning_points = st.builds(lambda day, off: day + timedelta(days=off), st.sampled_from(TURNING_POINTS), st.integers(-6, 6))
days = near_turning_points | st.dates(date(2023, 6, 1), date(2028, 6, 30))


@st.composite
def tasks(draw: st.DrawFn) -> dr.Task:
    """Any task that is one: due and completed not before it was assigned."""
    facts: dict[str, Any] = draw(st.fixed_dictionaries({}, optional=dict.fromkeys(DAY_FIELDS, days)))
    if assigned := facts.get("assigned_on"):
        for field in ("due_on", "completed_on"):
            if field in facts:
                facts[field] = max(facts[field], assigned)
    facts |= draw(
        st.fixed_dictionaries(
            {},
            optional={
                "secrecy": st.sampled_from(["normal", "mật", "tối mật", "tuyệt mật"]),
                "urgent": st.booleans(),
                "complex": st.booleans(),
                "routine": st.booleans(),
                "assigned_by": st.sampled_from(["superior", "chair"]),
            },
        )
    )
    return dr.Task(id="T", **facts)


@st.composite
def readings(draw: st.DrawFn) -> dict[str, object]:
    """Any choice of readings."""
    chosen: dict[str, object] = {
        name: draw(st.sampled_from(sorted(reading.options))) for name, reading in shared_readings().items() if draw(st.booleans())
    }
    if draw(st.booleans()):
        chosen["promptly"] = draw(st.integers(0, 10))
    return chosen
