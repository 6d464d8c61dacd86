"""Engines and transactions of the two databases, and errors that never show a password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from ..errors import OutboxError, nearest

# A writer waits so many seconds for another one; a tick of a million tasks takes about as long.
_PATIENCE: Final = 300
# The drivers that are tested. Those that must be awaited cannot work: nothing here awaits.
_DRIVERS: Final = {"sqlite": "pysqlite", "postgresql": "psycopg"}
_EXAMPLES: Final = {"sqlite": "sqlite:///outbox.db or sqlite:////a/folder/outbox.db", "postgresql": "postgresql://user@host/database"}
_OPTIONS: Final = frozenset({"uri", "timeout", "isolation_level", "detect_types", "check_same_thread", "cached_statements"})
_URI_OPTIONS: Final = frozenset({"mode", "cache", "psow", "nolock", "immutable", "vfs", "modeof"})


def engine_of(store: str | URL | Engine) -> Engine:
    """The engine of an address, made for us; a given one stays as it is.

    Raises:
        OutboxError: it is no address of SQLite or PostgreSQL, names an unknown option or a driver other than pysqlite and psycopg, or psycopg is
            not installed.
    """
    if isinstance(store, Engine):
        _refuse_others(store.dialect.name)
        if store.dialect.is_async:
            name, driver = store.dialect.name, store.dialect.driver
            raise OutboxError(f"the engine reaches {name} by {driver}, which must be awaited; give one by {_DRIVERS[name]}.")
        return store
    url = _read(store)
    name = url.get_backend_name()
    _refuse_others(name)
    driver = url.drivername.partition("+")[2] or _DRIVERS[name]
    if driver != _DRIVERS[name]:
        raise OutboxError(f"the outbox reaches {name} by {_DRIVERS[name]}, not by {driver[:40]}; write the address as {name}://… without a driver.")
    made = url.set(drivername=f"{name}+{driver}")
    try:
        if name == "sqlite":
            of_sqlite = _URI_OPTIONS if str(url.query.get("uri")).lower() in ("true", "yes", "on", "1") else frozenset[str]()
            _refuse_options(url, _OPTIONS | of_sqlite)
            return create_engine(made, connect_args={"timeout": _PATIENCE})
        engine = create_engine(made, pool_pre_ping=True)
        psycopg: Any = engine.dialect.loaded_dbapi
        _refuse_options(url, frozenset(option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()))
        return engine
    except OutboxError:
        raise
    except (ArgumentError, ValueError):
        raise OutboxError(f"{shown(url)} is no address of {name}; write it as {_EXAMPLES[name]}.") from None
    except ModuleNotFoundError as error:
        raise OutboxError(f"{shown(url)} needs the driver {error.name}, which is not installed: pip install 'psycopg[binary]'.") from None


def _refuse_options(url: URL, known: frozenset[str]) -> None:
    """What stands after the question mark of an address: options of the driver, and those of a file's address that SQLite itself knows."""
    for option in url.query:
        if option not in known:
            raise OutboxError(f"{shown(url)}: the option {option[:40]!r} is not known{nearest(option, known)}")


def shown(store: str | URL) -> str:
    """An address without its password."""
    return _read(store).render_as_string(hide_password=True)


def _read(store: str | URL) -> URL:
    """The address; what cannot be read is not repeated, for it may hold a password."""
    try:
        url = make_url(store)
        url.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise OutboxError("the address of the store cannot be read; write it as sqlite:///outbox.db or postgresql://user@host/database.") from None
    if "@" in (url.host or ""):
        raise OutboxError("the address of the store has two @; one that belongs to the password is written %40.")
    if url.query.get("password") or url.query.get("passfile"):
        raise OutboxError("the password stands among the options of the address; write it before the @, or leave it to the driver's own means.")
    return url


def _refuse_others(name: str) -> None:
    if name not in ("sqlite", "postgresql"):
        raise OutboxError(f"the outbox knows sqlite and postgresql, not {name[:40]}.")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes; any exception rolls it back.

    SQLite begins it as the only writer, so that nothing read in it is outdated when it writes. PostgreSQL locks rows as they are read.
    """
    if engine.dialect.name != "sqlite":
        with engine.connect().execution_options(isolation_level="READ COMMITTED") as connection, connection.begin():
            yield connection
        return
    # The driver would begin later and otherwise than it says; so it is told to leave beginning and ending to us.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            if not connection.invalidated and connection.connection.in_transaction:
                connection.exec_driver_sql("ROLLBACK")
            raise


@contextmanager
def reported(store: str | URL) -> Iterator[None]:
    """Errors of the database inside become one sentence: the address without its password, and what the driver said first.

    Raises:
        OutboxError: whatever the database raised.
    """
    try:
        yield
    except SQLAlchemyError as error:
        # The library's own message holds statement and values; the driver's holds neither.
        said = str(error.orig).strip().splitlines() if isinstance(error, DBAPIError) else []
        told = said[0].rstrip(".") if said else type(error).__name__
        password = _read(store).password
        if password and str(password) in told:
            told = type(error).__name__
        raise OutboxError(f"{shown(store)}: {told}.") from None
