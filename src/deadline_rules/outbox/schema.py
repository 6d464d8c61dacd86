"""The tables, and how a notice and a task become rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Row,
    Table,
    Text,
    UniqueConstraint,
    and_,
    false,
)

from ..columns import LIST_FIELDS, RECORD_FIELDS
from ..errors import OutboxError, TaskError
from ..results import Label, Notice
from ..task import Task

Item = TypeVar("Item")

VERSION: Final = 2
# Rows read or written at once.
PAGE: Final = 500

METADATA: Final = MetaData()

SCHEMA: Final = Table("deadline_schema", METADATA, Column("version", Integer, primary_key=True, autoincrement=False))

# One row a regulation. Whoever changes tasks, or ticks, locks it first; so no two do at once, and none waits for the other in a circle.
# `fingerprint` and `calendar_version` are what the last tick judged by. Where another regulation has taken the store over, the row only says which.
STORES: Final = Table(
    "deadline_stores",
    METADATA,
    Column("regulation", Text, primary_key=True),
    Column("begins_after", Date),
    Column("watermark", Date),
    Column("ticks", Integer, nullable=False),
    Column("rules_version", Text),
    Column("calendar_version", Text),
    Column("judge_anew", Boolean, nullable=False),
    Column("fingerprint", Text),
    Column("taken_over_by", Text),
)

# What a store once judged by and no longer does: fingerprints of rules, and versions of calendars.
SUPERSEDED: Final = Table(
    "deadline_superseded",
    METADATA,
    Column("regulation", Text, nullable=False),
    Column("version", Text, nullable=False),
    PrimaryKeyConstraint("regulation", "version"),
)

# Tasks that were taken out for good: no notice of theirs up to `until` is written again. `digest` is that of their facts.
FORGOTTEN: Final = Table(
    "deadline_forgotten",
    METADATA,
    Column("regulation", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("until", Date, nullable=False),
    Column("digest", Text, nullable=False),
    PrimaryKeyConstraint("regulation", "id"),
)

# `ticked` is the revision that a tick has dealt with.
TASKS: Final = Table(
    "deadline_tasks",
    METADATA,
    Column("regulation", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("ticked", Integer, nullable=False),
    PrimaryKeyConstraint("regulation", "id"),
)

# A task that is none is an empty text, since no two nulls are equal to a unique constraint. `withdrawn` is why, `withdrawn_in` in which tick.
NOTICES: Final = Table(
    "deadline_notices",
    METADATA,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("key", Text, nullable=False),
    Column("task_id", Text, nullable=False),
    Column("regulation", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("deliver_on", Date, nullable=False),
    Column("due_on", Date),
    Column("period", Text),
    Column("actor", Text),
    Column("owed_to", Text),
    Column("topic", Text),
    Column("label_vi", Text, nullable=False),
    Column("label_en", Text, nullable=False),
    Column("cite", Text, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("tick", Integer, nullable=False),
    Column("delivered", Boolean, nullable=False),
    Column("withdrawn", Text),
    Column("leased_until", BigInteger),
    Column("withdrawn_in", Integer),
    UniqueConstraint("regulation", "key"),
    UniqueConstraint("regulation", "task_id", "day", "kind", "rule"),
)
_WAITING: Final = and_(NOTICES.c.delivered == false(), NOTICES.c.withdrawn.is_(None))
Index("deadline_notices_waiting", NOTICES.c.regulation, NOTICES.c.deliver_on, NOTICES.c.number, sqlite_where=_WAITING, postgresql_where=_WAITING)
Index("deadline_notices_of_tick", NOTICES.c.regulation, NOTICES.c.tick)
_TAKEN_BACK: Final = NOTICES.c.withdrawn_in.is_not(None)
WITHDRAWN_IN: Final = Index(
    "deadline_notices_withdrawn", NOTICES.c.regulation, NOTICES.c.withdrawn_in, sqlite_where=_TAKEN_BACK, postgresql_where=_TAKEN_BACK
)

# The columns of a notice's content: what may be another while the notice stays the same.
CONTENT: Final = ("deliver_on", "due_on", "period", "actor", "owed_to", "topic", "label_vi", "label_en", "cite", "provisional")

# What makes a notice the same under every version of the rules.
Place = tuple[str, date, str, str]


def facts_of(task: Task) -> str:
    """What notices need of a task, as JSON: its id, days and kinds. Never a text, neither a record field nor one of an extension or a suspension."""
    return _written(task.model_dump(mode="json", exclude=set(RECORD_FIELDS), exclude_defaults=True))


def without_texts(facts: str) -> str:
    """Facts as the first form of the tables kept them, without the texts of extensions and suspensions."""
    return _written(json.loads(facts))


def _written(facts: dict[str, Any]) -> str:
    for field, days in LIST_FIELDS.items():
        if field in facts:
            facts[field] = [{day: item[day] for day in days if day in item} for item in facts[field]]
    return json.dumps(facts, ensure_ascii=False, sort_keys=True)


def task_of(row: Row[Any]) -> Task:
    """The task of a row.

    Raises:
        OutboxError: this release refuses its facts, which an earlier one took.
    """
    try:
        return Task.model_validate_json(row.facts)
    except TaskError as error:
        raise OutboxError(
            f"the facts of task {row.id[:80]!r} in the store are none for this release: {error} Put the task as it should be, or withdraw it."
        ) from None


def place_of(notice: Notice) -> Place:
    """Where a notice stands."""
    return notice.task_id or "", notice.day, notice.kind, notice.rule


def content_of(notice: Notice) -> dict[str, Any]:
    """The columns of what may change."""
    values = notice._asdict() | {"owed_to": notice.to, "label_vi": notice.label.vi, "label_en": notice.label.en}
    return {name: values[name] for name in CONTENT}


def row_of(notice: Notice, tick: int) -> dict[str, Any]:
    """The row of a notice that is written for the first time."""
    return {
        "key": notice.key,
        "task_id": notice.task_id or "",
        "regulation": notice.regulation,
        "rule": notice.rule,
        "kind": notice.kind,
        "day": notice.day,
        **content_of(notice),
        "tick": tick,
        "delivered": False,
        "withdrawn": None,
        "leased_until": None,
        "withdrawn_in": None,
    }


def same_content(row: Row[Any], notice: Notice) -> bool:
    """Whether a row says what the notice says."""
    return all(getattr(row, name) == value for name, value in content_of(notice).items())


def notice_of(row: Row[Any]) -> Notice:
    """The notice that was written."""
    return Notice(
        key=row.key,
        task_id=row.task_id or None,
        regulation=row.regulation,
        rule=row.rule,
        kind=row.kind,
        day=row.day,
        deliver_on=row.deliver_on,
        due_on=row.due_on,
        period=row.period,
        actor=row.actor,
        to=row.owed_to,
        topic=row.topic,
        label=Label(row.label_vi, row.label_en),
        cite=row.cite,
        provisional=row.provisional,
    )


def paged(items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items, a page at a time."""
    iterator = iter(items)
    while page := list(islice(iterator, PAGE)):
        yield page
