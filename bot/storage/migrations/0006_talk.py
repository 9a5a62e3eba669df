"""Which question each of the bot's messages answers, for a day, so that a follow-up finds it."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER, TEXT

revision = "chats_0006"
down_revision = "chats_0005"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "talk",
        sa.Column("chat_id", INTEGER, primary_key=True),
        sa.Column("message", INTEGER, primary_key=True),
        sa.Column("thread", INTEGER),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("page", INTEGER, nullable=False),
        sa.Column("people", sa.JSON, nullable=False),
        sa.Column("topic", sa.JSON, nullable=False),
        sa.Column("before", INTEGER),
        sa.Column("at", sa.Float, nullable=False, index=True),
    )
