"""Several processes over one database: who is there, who answers what, which groups moved."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER, TEXT

revision = "chats_0011"
down_revision = "chats_0010"


def upgrade() -> None:
    """Make the tables, and name who answers an update beside it."""
    op.create_table(
        "replica",
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("seen", sa.Float, nullable=False),
        sa.Column("leads", sa.Boolean, nullable=False),
        sa.Column("number", INTEGER, nullable=False),
    )
    op.create_table(
        "group_move",
        sa.Column("former", INTEGER, primary_key=True),
        sa.Column("chat_id", INTEGER, nullable=False),
    )
    op.add_column("inbox", sa.Column("holder", INTEGER))
    op.create_index(
        "inbox_unfinished",
        "inbox",
        ["chat_id"],
        sqlite_where=sa.text("done = 0"),
        postgresql_where=sa.text("NOT done"),
    )
