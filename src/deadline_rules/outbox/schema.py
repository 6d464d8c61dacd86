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
    Connection,
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
    insert,
    select,
)

from ..columns import RECORD_FIELDS
from ..errors import OutboxError
from ..results import Label, Notice
from ..task import Task

Item = TypeVar("Item")

VERSION: Final = 1
_CREATING: Final = 7_227_150_613  # the number under which PostgreSQL lets one create the tables and others wait
# Rows read or written at once.
PAGE: Final = 500

METADATA: Final = MetaData()

SCHEMA: Final = Table("deadline_schema", METADATA, Column("version", Integer, primary_key=True, autoincrement=False))

# One row a regulation. Whoever changes tasks, or ticks, locks it first; so no two do at once, and none waits for the other in a circle.
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

# A task and a period that are none are empty texts, since no two nulls are equal to a unique constraint.
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
    UniqueConstraint("regulation", "key"),
    UniqueConstraint("regulation", "task_id", "day", "kind", "rule"),
)
_WAITING: Final = and_(NOTICES.c.delivered == false(), NOTICES.c.withdrawn.is_(None))
Index("deadline_notices_waiting", NOTICES.c.regulation, NOTICES.c.deliver_on, NOTICES.c.number, sqlite_where=_WAITING, postgresql_where=_WAITING)
Index("deadline_notices_of_tick", NOTICES.c.regulation, NOTICES.c.tick)

# The columns of a notice's content: what may be another while the notice stays the same.
CONTENT: Final = ("deliver_on", "due_on", "period", "actor", "owed_to", "topic", "label_vi", "label_en", "cite", "provisional")

# What makes a notice the same under every version of the rules.
Place = tuple[str, date, str, str]


def create(connection: Connection) -> None:
    """The tables, where they are missing; those that are there stay.

    Raises:
        OutboxError: they were made by another release, in another form.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_CREATING})")
    METADATA.create_all(connection)
    found = connection.scalar(select(SCHEMA.c.version))
    if found is None:
        connection.execute(insert(SCHEMA).values(version=VERSION))
    elif found != VERSION:
        raise OutboxError(f"the tables of the store have form {found}, and this release knows form {VERSION}; use the release that made them.")


def facts_of(task: Task) -> str:
    """What notices need of a task, as JSON: its days and kinds. Never a record field, of any task."""
    facts = task.model_dump(mode="json", exclude=set(RECORD_FIELDS), exclude_defaults=True)
    return json.dumps(facts, ensure_ascii=False, sort_keys=True)


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
