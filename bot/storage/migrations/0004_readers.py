"""Who may ask, who asked last and how often, broadcasts, and counts of answers without a chat."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER, TEXT

revision = "chats_0004"
down_revision = "chats_0003"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "access",
        sa.Column("chat_id", INTEGER, primary_key=True),
        sa.Column("standing", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("questions", sa.JSON, nullable=False),
        sa.Column("since", sa.Float, nullable=False),
    )
    op.create_table(
        "reader",
        sa.Column("chat_id", INTEGER, primary_key=True),
        sa.Column("last", sa.Float, nullable=False, index=True),
    )
    op.create_table(
        "spent",
        sa.Column("chat_id", INTEGER, primary_key=True),
        sa.Column("day", INTEGER, nullable=False),
        sa.Column("questions", INTEGER, nullable=False),
    )
    op.create_table(
        "tally",
        sa.Column("hour", INTEGER, primary_key=True),
        sa.Column("verdict", TEXT, primary_key=True),
        sa.Column("step", INTEGER, primary_key=True),
        sa.Column("answers", INTEGER, nullable=False),
    )
    op.create_table(
        "broadcast",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("chat_id", INTEGER, nullable=False, index=True),
        sa.Column("message", INTEGER),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("stage", TEXT, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_table(
        "delivery",
        sa.Column("broadcast", INTEGER, primary_key=True),
        sa.Column("chat_id", INTEGER, primary_key=True, index=True),
        sa.Column("stage", TEXT, nullable=False),
    )
