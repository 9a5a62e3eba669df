"""Who may ask, who asked last and how often, broadcasts, and counts of answers without a chat."""

import sqlalchemy as sa
from alembic import op

revision = "chats_0004"
down_revision = "chats_0003"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "access",
        sa.Column("chat_id", sa.Integer, primary_key=True),
        sa.Column("standing", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("questions", sa.JSON, nullable=False),
        sa.Column("since", sa.Float, nullable=False),
    )
    op.create_table(
        "reader",
        sa.Column("chat_id", sa.Integer, primary_key=True),
        sa.Column("last", sa.Float, nullable=False, index=True),
    )
    op.create_table(
        "spent",
        sa.Column("chat_id", sa.Integer, primary_key=True),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("questions", sa.Integer, nullable=False),
    )
    op.create_table(
        "tally",
        sa.Column("hour", sa.Integer, primary_key=True),
        sa.Column("verdict", sa.Text, primary_key=True),
        sa.Column("step", sa.Integer, primary_key=True),
        sa.Column("answers", sa.Integer, nullable=False),
    )
    op.create_table(
        "broadcast",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("chat_id", sa.Integer, nullable=False, index=True),
        sa.Column("message", sa.Integer),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_table(
        "delivery",
        sa.Column("broadcast", sa.Integer, primary_key=True),
        sa.Column("chat_id", sa.Integer, primary_key=True, index=True),
        sa.Column("stage", sa.Text, nullable=False),
    )
