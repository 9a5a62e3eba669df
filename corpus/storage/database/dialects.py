"""What SQLite and PostgreSQL spell differently, spelt once.

Tested with what uses it in `tests/corpus/storage/test_store.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql import insert as _insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""64 bits on both: chats, keys and revisions need more than PostgreSQL's integers hold. Only what
SQLite calls INTEGER counts up by itself."""
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Put in order by its bytes on both: times are compared as text."""

CHANNEL = "byline"
"""On which the processes over a PostgreSQL database tell one another what happened."""


def insert(table: sa.Table | sa.TableClause) -> Insert:
    """Begin an insert that says what to do about a row that is there; both spell that alike."""
    return _insert(table)


def write_alone(connection: sa.Connection) -> None:
    """Let no other writer of this kind into the database until the transaction ends.

    What was read before may be outdated, so it has to come first.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(
            "SELECT pg_advisory_xact_lock(hashtextextended(current_schema(), 0))"
        )


def read_snapshot(connection: sa.Connection) -> None:
    """Let every query of the transaction see the database as it is now; it has to come first."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def hold_still(connection: sa.Connection) -> str:
    """Begin a transaction, however long, in which the database stays as it is.

    SQLite lets nobody else write meanwhile; PostgreSQL does, and what they write is not seen.

    Returns:
        What is another text after anything was written.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        file = Path(str(connection.engine.url.database))
        log = file.with_name(f"{file.name}-wal")
        told = file.stat()
        return f"{told.st_mtime_ns} {told.st_size} {log.stat().st_size if log.exists() else 0}"
    read_snapshot(connection)
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
    states = []
    for name in sorted(sa.inspect(connection).get_table_names()):
        written = sa.text("coalesce(sum(CAST(CAST(xmin AS text) AS numeric)), 0)")
        query = sa.select(sa.func.count(), written).select_from(sa.table(name))
        states.append(" ".join(map(str, connection.execute(query).one())))
    return ", ".join(states)


def write_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[Sequence[Any]]) -> None:
    """Add rows to a table, as quickly as the database can.

    Args:
        connection: In a transaction.
        table: The table.
        rows: A value for each of its columns, in their order; JSON as text.
    """
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(column.name) for column in table.columns)
    into = f"{quote(table.name)} ({columns})"
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(table.columns))
        connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({marks})", list(rows))  # noqa: S608
        return
    statement = f"COPY {into} FROM STDIN"
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except connection.dialect.loaded_dbapi.Error as error:  # is not wrapped by itself
        raise sa.exc.DatabaseError(statement, None, error) from error


def read_counters(connection: sa.Connection) -> dict[str, int]:
    """The last key that each table which counts up by itself has given, be it gone by now."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
        return {name: int(last) for name, last in rows}
    found = {}
    for name, _, sequence in _list_sequences(connection):
        query = sa.text(f"SELECT last_value FROM {sequence} WHERE is_called")  # noqa: S608
        found[name] = connection.execute(query).scalar() or 0
    return found


def set_counters(connection: sa.Connection, last: Mapping[str, int]) -> None:
    """Let tables that count up by themselves go on after some keys, and after those they hold."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"
        for name in connection.exec_driver_sql(query).scalars().all():
            held = read_counters(connection).get(name, 0)
            connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
            if (reached := max(held, last.get(name, 0))) > 0:
                counted = (name, reached)
                connection.exec_driver_sql("INSERT INTO sqlite_sequence VALUES (?, ?)", counted)
        return
    tell = sa.text("SELECT setval(CAST(:sequence AS regclass), :reached)")
    for name, key, sequence in _list_sequences(connection):
        highest: sa.Select[Any] = sa.select(sa.func.max(sa.column(key))).select_from(sa.table(name))
        reached = max(last.get(name, 0), connection.execute(highest).scalar() or 0)
        if reached > 0:
            connection.execute(tell, {"sequence": sequence, "reached": reached})


def _list_sequences(connection: sa.Connection) -> list[tuple[str, str, str]]:
    """PostgreSQL's tables that count up by themselves: name, key, and what counts."""
    query = """
        SELECT counted.relname, attname, quote_ident(counter.relname)
        FROM pg_class AS counter JOIN pg_depend ON objid = counter.oid
        JOIN pg_class AS counted ON counted.oid = refobjid
        JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
        WHERE counter.relkind = 'S' AND deptype IN ('a', 'i')
        AND counter.relnamespace = CAST(current_schema() AS regnamespace)
    """
    return [(name, key, counter) for name, key, counter in connection.exec_driver_sql(query)]


def try_to_write(connection: sa.Connection) -> None:
    """Write something that changes nothing.

    Raises:
        sqlalchemy.exc.DBAPIError: The disk is full, say, or this is a copy that only reads.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA user_version = 0")  # is nobody's
    else:
        connection.exec_driver_sql("SELECT pg_current_xact_id()")


def is_any(
    column: sa.ColumnElement[Any], values: Iterable[str] | Iterable[int]
) -> sa.ColumnElement[bool]:
    """Whether a column is one of any number of values, which are handed over as one parameter."""
    listed = sa.bindparam(None, json.dumps(list(values)), sa.Text())
    kind = INTEGER if isinstance(column.type, sa.Integer) else sa.Text()
    unpacked = _Unpacked(listed).table_valued("value")
    return column.in_(sa.select(sa.cast(unpacked.c.value, kind)))


def join_numbers(column: sa.ColumnElement[int]) -> sa.ColumnElement[str]:
    """All values of a column in one string, with commas between them."""
    return sa.func.aggregate_strings(sa.cast(column, sa.Text), ",")


def passing(connection: sa.Connection) -> list[str]:
    """What a table is called whose rows need not outlive a crash: nothing of them is logged."""
    return [] if connection.dialect.name == "sqlite" else ["UNLOGGED"]


def notify(connection: sa.Connection, topic: str) -> None:
    """Tell all processes that something changed, once this is committed; SQLite tells nobody."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SELECT pg_notify('{CHANNEL}', '{topic}')")


class _Unpacked(FunctionElement[str]):
    """The values of a JSON list, one a row."""

    name = "unpacked"
    inherit_cache = True


@compiles(_Unpacked)
def _(element: _Unpacked, compiler: Any, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Unpacked, "postgresql")
def _(element: _Unpacked, compiler: Any, **options: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS json))"
