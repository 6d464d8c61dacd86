"""A rule file that has every form of rule, and tasks round every boundary; the same in every run. For tests that hold one engine to another."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import cache
from typing import Any

import deadline_rules as dr
from deadline_rules.columns import DAY_FIELDS
from deadline_rules.days import FIRST_DAY, LAST_DAY
from deadline_rules.plan.facts import ASSIGNED_BY, SECRECY

# Another option of each reading that the packs name.
OTHERWISE: dict[str, object] = {
    "day-off-end": "next_working_day",
    "start-day": "included",
    "status-update-start": "completed_on",
    "task-arises": "issued_on",
    "immediately": "no_number",
    "in-progress-is-not-done": "no_status",
    "not-carried-out": "not_started",
    "escalation-opens": "due_day",
    "promptly": 3,
}
TEXT = {"vi": "chữ", "en": "text"}
CITED = {"cite": "Điều 2", "quote": "chữ"}
REASONED = CITED | {"reason": TEXT}
RULE = CITED | {"topic": "own.topic", "label": TEXT, "actor": "office"}


def every_form(caveats: int = 2) -> dict[str, Any]:
    """A rule file that says of tasks all that one can, with so many dated caveats."""
    limit_by_reading = [
        {"first_known": ["due_on", "issued_on", "completed_on"], "under": {"status-update-start": "due_on"}},
        {"first_known": ["completed_on"], "under": {"status-update-start": "completed_on"}},
    ]
    in_progress = {"progress": "in_progress"}
    return {
        "id": "every-form",
        "title": TEXT,
        "issuer": TEXT,
        "instrument": {"number": "1/QĐ", "signed_on": "1989-12-01"},
        "in_force": CITED | {"from": "1990-01-01", "checked": "2026-11-20"},
        "parties": {"office": TEXT},
        "topics": {"own.topic": TEXT},
        "excluded": [REASONED | {"when": {"routine": "yes", "urgent": "yes"}}],
        "secret_tasks": CITED | {"text": TEXT},
        "caveats": [{"code": f"caveat-{n}", "from": f"2026-11-{24 - n:02d}", "text": TEXT, "source": "chữ"} for n in range(caveats)],
        "statuses": CITED
        | {
            "labels": {"done": TEXT, "open": TEXT, "late": TEXT},
            "table": [
                {"progress": "completed", "status": "done"},
                {"progress": "not_started", "timeliness": "overdue", "status": "late"},
                {"progress": "not_started", "timeliness": ["in_time", "no_deadline"], "status": "open"},
                in_progress | {"status": "open", "under": {"in-progress-is-not-done": "yes"}},
                in_progress | {"timeliness": "overdue", "status": "late", "under": {"in-progress-is-not-done": "no_status"}},
                in_progress | {"timeliness": ["in_time", "no_deadline"], "no_status": TEXT, "under": {"in-progress-is-not-done": "no_status"}},
            ],
        },
        "deadlines": [
            RULE
            | {"id": "pass-on", "from": "assigned_on", "within": {"working_days": "3"}, "done_by": "transferred_on"}
            | {"not_for": [REASONED | {"when": {"secrecy": "tuyệt mật"}}]}
            | {
                "except": [
                    CITED | {"when": {"urgent": "yes"}, "within": {"working_days": "1"}},
                    CITED | {"when": {"urgent": "no", "complex": "yes"}, "within": {"days": "10"}},
                ]
            },
            RULE | {"id": "answer", "from": "due_on", "within": {"days": "5"}, "done_by": "status_updated_on"},
            RULE
            | {"id": "at-once", "from": limit_by_reading, "within": "immediately", "why_no_number": TEXT}
            | {"done_by": "reviewed_on", "done_after_start": "yes"},
            RULE
            | {"id": "promptly", "from": [{"first_known": ["received_on", "started_on"]}], "within": "promptly", "why_no_number": TEXT}
            | {"done_by": "urged_on", "done_after_start": "yes"}
            | {
                "except": [
                    CITED | {"when": {"assigned_by": "chair"}, "within": {"working_days": "2"}},
                    CITED | {"when": {"assigned_by": "superior", "secrecy": "mật"}, "within": {"working_days": "0"}},
                ]
            },
            RULE
            | {"id": "long", "from": "due_on", "within": {"working_days": "400"}, "done_by": "returned_on"}
            | {"only_for": [REASONED | {"when": {"time_limit": "yes"}}]},
            RULE
            | {"id": "arisen", "within": {"days": "0"}, "done_by": "issued_on", "done_after_start": "yes"}
            | {
                "from": [
                    {"first_known": ["assigned_on"], "under": {"task-arises": "assigned_on"}},
                    {"first_known": ["issued_on", "due_on"], "under": {"task-arises": "issued_on"}},
                ]
            },
        ],
        "escalations": [
            RULE | {"id": id, "opens": opens, "act": "promptly"} | ({"closed_by": closed_by} if closed_by else {})
            for id, opens, closed_by in (
                ("third", {"after": {"of": "second", "working_days": "400"}}, None),
                ("first", {"due": "passed"}, "urged_on"),
                ("second", {"after": {"of": "first", "working_days": "2"}}, None),
                ("alike", {"due": "passed"}, "urged_on"),
                ("on-the-day", {"due": "reached", "not_carried_out": "yes"}, None),
                ("event", {"on": "difficulty_on"}, "reviewed_on"),
                ("event-and-day", {"on": "unsatisfactory_on", "due": "reached"}, None),
                ("kept-shut", {"on": "returned_on", "due": "passed", "not_carried_out": "yes"}, None),
                ("later", {"after": {"of": "on-the-day", "working_days": "0"}}, "returned_on"),
                ("after-event", {"after": {"of": "event", "working_days": "1"}}, None),
                ("far", {"after": {"of": "on-the-day", "working_days": "400"}}, None),
                ("asked", "on_request", "feedback_received_on"),
            )
        ],
    }


def near(day: date, days: int) -> list[date]:
    """The days around one, within the calendar's years."""
    return [min(max(day + timedelta(days=n), FIRST_DAY), LAST_DAY) for n in range(-days, days + 1)]


# Round a weekend and Culture Day, and round the first and the last day the calendar vouches for and knows.
POOLS = [
    near(date(2026, 11, 23), 4),
    near(date(2026, 11, 23), 4),
    near(date(2014, 1, 2), 3),
    near(date(2027, 12, 30), 5),
    near(date(2026, 6, 1), 1) + near(date(2027, 12, 31), 1),
    near(FIRST_DAY, 4),
    near(LAST_DAY, 4),
    [date(2099, 5, 30), *near(date(2099, 6, 1), 2), date(2100, 12, 30)],
    [FIRST_DAY, date(2013, 12, 31), date(2014, 1, 1), date(2026, 11, 20), date(2027, 12, 31), date(2028, 1, 3), LAST_DAY],
]


@cache
def tasks(seed: int, number: int) -> list[list[dr.Task]]:
    """For each pool of days so many tasks, with about every third day known."""
    chance = random.Random(seed)  # noqa: S311  # the same tasks in every run

    def task(pool: list[date]) -> dr.Task:
        share = chance.choice((0.2, 0.4, 0.7))
        facts: dict[str, Any] = {name: chance.choice(pool) for name in DAY_FIELDS if chance.random() < share}
        if chance.random() < 0.5:
            facts["due_on"] = chance.choice(pool)
        for name in {"due_on", "completed_on"} & facts.keys() if "assigned_on" in facts else ():
            facts[name] = max(facts[name], facts["assigned_on"])
        facts |= {name: chance.random() < 0.3 for name in ("urgent", "complex", "routine")}
        return dr.Task(id="T", secrecy=chance.choice(SECRECY), assigned_by=chance.choice(ASSIGNED_BY), **facts)

    return [[task(pool) for _ in range(number)] for pool in POOLS]


@cache
def tasks_with_more_time(seed: int, number: int) -> list[list[dr.Task]]:
    """The same with a time limit each, up to three extensions of it, and up to three suspensions that follow one another."""
    chance = random.Random(seed)  # noqa: S311  # the same tasks in every run

    def more(task: dr.Task, pool: list[date]) -> dr.Task:
        facts = {name: value for name in DAY_FIELDS if (value := getattr(task, name)) is not None}
        facts["due_on"] = facts.get("due_on", max(chance.choice(pool), facts.get("assigned_on", FIRST_DAY)))
        extensions: list[dr.Extension] = []
        until = facts["due_on"]
        for day in sorted({chance.choice(pool) for _ in range(chance.choice((0, 0, 1, 3)))}):
            later = min(until + timedelta(days=chance.choice((1, 2, 5, 30))), LAST_DAY)
            if later > until:  # less time is no extension
                extensions.append(dr.Extension(granted_on=day, due_on=later))
                until = later
        bounds = sorted({chance.choice(pool) for _ in range(chance.choice((0, 1, 2, 4, 6)))})
        spans = [(since, until - timedelta(days=1)) for since, until in zip(bounds[::2], bounds[1::2], strict=False)]
        return dr.Task(
            id="T",
            extensions=tuple(extensions),
            suspensions=(
                *(dr.Suspension(since=since, until=until) for since, until in spans),
                *((dr.Suspension(since=bounds[-1]),) if len(bounds) % 2 else ()),
            ),
            **facts,
        )

    return [[more(task, pool) for task in some] for pool, some in zip(POOLS, tasks(seed, number), strict=True)]
