"""The tables made where they are missing, and those of an older form brought to the present one."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Connection, bindparam, insert, select, update

from ..errors import OutboxError
from .schema import METADATA, NOTICES, PAGE, SCHEMA, STORES, TASKS, VERSION, WITHDRAWN_IN, without_texts

_CREATING: Final = 7_227_150_613  # the number under which PostgreSQL lets one create the tables and others wait
# What form 2 has more than form 1, beside two tables.
_ADDED: Final[tuple[Column[object], ...]] = (STORES.c.fingerprint, STORES.c.taken_over_by, NOTICES.c.withdrawn_in)


def create(connection: Connection) -> None:
    """The tables, where they are missing; those that are there stay, and take the present form.

    Raises:
        OutboxError: they were made by a later release, in a form that this one does not know.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_CREATING})")
    METADATA.create_all(connection)
    found = connection.scalar(select(SCHEMA.c.version))
    if found is None:
        connection.execute(insert(SCHEMA).values(version=VERSION))
    elif found == 1:
        _from_first_form(connection)
        connection.execute(update(SCHEMA).values(version=VERSION))
    elif found != VERSION:
        raise OutboxError(f"the tables of the store have form {found}, and this release knows form {VERSION}; use the release that made them.")


def _from_first_form(connection: Connection) -> None:
    """Adds what the first form had not, and takes out of the facts the texts of extensions and suspensions, which it kept."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")  # what is taken out is overwritten in the file, too
    for column in _ADDED:
        kind = column.type.compile(connection.dialect)
        connection.exec_driver_sql(f"ALTER TABLE {column.table} ADD COLUMN {column.name} {kind}")
    WITHDRAWN_IN.create(connection)
    one = update(TASKS).where(TASKS.c.regulation == bindparam("whose"), TASKS.c.id == bindparam("of")).values(facts=bindparam("given"))
    for regulation in connection.scalars(select(STORES.c.regulation)).all():
        last = ""
        chosen = select(TASKS.c.id, TASKS.c.facts).where(TASKS.c.regulation == regulation).order_by(TASKS.c.id).limit(PAGE)
        while page := connection.execute(chosen.where(TASKS.c.id > last)).all():
            last = page[-1].id
            rows = [{"whose": regulation, "of": row.id, "given": without_texts(row.facts)} for row in page]
            connection.execute(one, rows)
