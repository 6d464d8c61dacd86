"""What is still known of tasks that were forgotten: up to which day nothing is judged of them, and a digest of their facts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, select

from .schema import FORGOTTEN


def unlike_forgotten(connection: Connection, regulation: str, facts: Mapping[str, str]) -> dict[str, str]:
    """Those facts that are not the ones under which a task was forgotten."""
    known = select(FORGOTTEN.c.id, FORGOTTEN.c.digest).where(FORGOTTEN.c.regulation == regulation, FORGOTTEN.c.id.in_(list(facts)))
    same = {row.id for row in connection.execute(known) if row.digest == digest(facts[row.id])}
    return {id: text for id, text in facts.items() if id not in same}


def forgotten_until(connection: Connection, regulation: str, ids: Iterable[str]) -> dict[str, date]:
    """The day up to which nothing is judged of a task, for those that were forgotten."""
    known = select(FORGOTTEN.c.id, FORGOTTEN.c.until).where(FORGOTTEN.c.regulation == regulation, FORGOTTEN.c.id.in_(list(ids)))
    return {row.id: row.until for row in connection.execute(known)}


def digest(facts: str) -> str:
    """Enough of a hash to tell whether facts are the same."""
    return hashlib.sha256(facts.encode()).hexdigest()[:32]
