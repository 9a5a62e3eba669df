"""What readers want to be told of without asking, and what they were told."""

import sqlalchemy as sa
from alembic import op

revision = "chats_0009"
down_revision = "chats_0008"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("chat_id", sa.Integer, nullable=False, index=True),
        sa.Column("thread", sa.Integer),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("publisher", sa.Text, nullable=False),
        sa.Column("speaker", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("raised", sa.Float, nullable=False),
        sa.Column("quiet_start", sa.Integer),
        sa.Column("quiet_end", sa.Integer),
        sa.Column("at", sa.Integer),
        sa.Column("weekday", sa.Integer),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("since", sa.Float, nullable=False),
        sa.Column("after", sa.Integer, nullable=False),
        sqlite_autoincrement=True,  # an old button must never mean a new alert
    )
    op.create_table(
        "sent",
        sa.Column("subscription", sa.Integer, primary_key=True),
        sa.Column("article", sa.Text, primary_key=True),
        sa.Column("chat_id", sa.Integer, nullable=False, index=True),
        sa.Column("stage", sa.Text, nullable=False, index=True),
        sa.Column("batch", sa.Integer),
        sa.Column("story", sa.Text, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("first", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("digest", sa.Integer, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("thumb", sa.Boolean, nullable=False),
    )
    op.create_table(
        "arrival",
        sa.Column("article", sa.Text, primary_key=True),
        sa.Column("at", sa.Float, nullable=False, index=True),
        sa.Column("key", sa.Integer, nullable=False),
    )
    op.create_table("watched", sa.Column("key", sa.Integer, nullable=False))
