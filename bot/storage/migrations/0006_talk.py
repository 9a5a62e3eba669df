"""Which question each of the bot's messages answers, for a day, so that a follow-up finds it."""

import sqlalchemy as sa
from alembic import op

revision = "chats_0006"
down_revision = "chats_0005"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "talk",
        sa.Column("chat_id", sa.Integer, primary_key=True),
        sa.Column("message", sa.Integer, primary_key=True),
        sa.Column("thread", sa.Integer),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("page", sa.Integer, nullable=False),
        sa.Column("people", sa.JSON, nullable=False),
        sa.Column("topic", sa.JSON, nullable=False),
        sa.Column("before", sa.Integer),
        sa.Column("at", sa.Float, nullable=False, index=True),
    )
