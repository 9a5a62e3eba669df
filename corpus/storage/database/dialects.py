"""What SQLite and PostgreSQL spell differently, spelt once.

Tested with what uses it in `tests/corpus/storage/test_store.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
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
    listed = list(values)
    kind = INTEGER if listed and isinstance(listed[0], int) else sa.Text()
    unpacked = _Unpacked(sa.bindparam(None, json.dumps(listed), sa.Text())).table_valued("value")
    return column.in_(sa.select(sa.cast(unpacked.c.value, kind)))


def join_numbers(column: sa.ColumnElement[int]) -> sa.ColumnElement[str]:
    """All values of a column in one string, with commas between them."""
    return sa.func.aggregate_strings(sa.cast(column, sa.Text), ",")


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
