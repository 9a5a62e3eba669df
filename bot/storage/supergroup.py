"""What is known of a group goes with it when it becomes a supergroup, which has another number.

Tested with groups that become one in `tests/telegram/test_groups.py`.
"""

from __future__ import annotations

import sqlalchemy as sa

from corpus.storage.database.dialects import INTEGER, insert, write_alone

_MOVE = sa.Table(
    "group_move",
    sa.MetaData(),
    sa.Column("former", INTEGER, primary_key=True),
    sa.Column("chat_id", INTEGER),
)


def move(engine: sa.Engine, chat_id: int, new_chat_id: int) -> None:
    """Hand everything that is stored of a chat on to another number.

    What the new chat has of its own already, it keeps. What is known by the number of a message is
    deleted: the old messages stay behind, and the same numbers begin anew. As in
    `bot.storage.erasure`, the tables are looked up in the database itself.
    """
    with engine.begin() as connection:
        write_alone(connection)
        known = sa.MetaData()
        known.reflect(connection)
        for table in known.sorted_tables:
            if "chat_id" in table.c:
                _move(connection, table, chat_id, new_chat_id)
        change = {"chat_id": new_chat_id}
        new = insert(_MOVE).values(former=chat_id, **change)
        connection.execute(new.on_conflict_do_update(index_elements=["former"], set_=change))


def find_moves(engine: sa.Engine) -> dict[int, int]:
    """What the groups that moved are called now, by their former numbers."""
    with engine.connect() as connection:
        return {row.former: row.chat_id for row in connection.execute(sa.select(_MOVE))}


def _move(connection: sa.Connection, table: sa.Table, chat_id: int, new_chat_id: int) -> None:
    here, keys = table.c.chat_id == chat_id, [column.name for column in table.primary_key]
    if not any("message" in name for name in keys):
        moved = table.update().where(here, ~_has_its_own(table, new_chat_id))
        connection.execute(moved.values(chat_id=new_chat_id))
    connection.execute(table.delete().where(here))


def _has_its_own(table: sa.Table, chat_id: int) -> sa.ColumnElement[bool]:
    """Whether a chat has what a row would be of it, so that both cannot stand."""
    keys = [column.name for column in table.primary_key if column.name != "chat_id"]
    if len(keys) == len(table.primary_key):
        return sa.false()
    own = table.alias()
    same = (own.c[key] == table.c[key] for key in keys)
    return sa.exists().where(own.c.chat_id == chat_id, *same)
