"""Rule files that only the engines are tested with; the others travel with the library."""

from hypothesis import strategies as st

from deadline_rules.testing.rule_files import rule_files
from deadline_rules.testing.rule_parts import Form, escalations, steps


@st.composite
def stepped_rule_files(draw: st.DrawFn) -> Form:
    """A rule file of escalations with further steps and nothing else that counts days, so that no other count hides what theirs rests on."""
    opens: list[Form] = [
        {"due": "reached", "not_carried_out": "yes"},
        {"due": "reached"},
        {"on": "difficulty_on"},
        {"on": "started_on", "due": "passed"},
    ]
    found: list[Form] = [
        draw(escalations(number)) | {"opens": form} for number, form in enumerate(draw(st.permutations(opens))[: draw(st.integers(1, 2))])
    ]
    for _ in range(draw(st.integers(1, 3))):
        found.append(draw(steps(len(found), found)))
    return draw(rule_files()) | {"deadlines": [], "escalations": found}
