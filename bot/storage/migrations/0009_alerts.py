"""What readers want to be told of without asking, and what they were told."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER, TEXT

revision = "chats_0009"
down_revision = "chats_0008"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "subscription",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("chat_id", INTEGER, nullable=False, index=True),
        sa.Column("thread", INTEGER),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("topic", TEXT, nullable=False),
        sa.Column("publisher", TEXT, nullable=False),
        sa.Column("speaker", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("raised", sa.Float, nullable=False),
        sa.Column("quiet_start", INTEGER),
        sa.Column("quiet_end", INTEGER),
        sa.Column("at", INTEGER),
        sa.Column("weekday", INTEGER),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("last", INTEGER, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("since", sa.Float, nullable=False),
        sa.Column("after", INTEGER, nullable=False),
        sqlite_autoincrement=True,  # an old button must never mean a new alert
    )
    op.create_table(
        "sent",
        sa.Column("subscription", INTEGER, primary_key=True),
        sa.Column("article", TEXT, primary_key=True),
        sa.Column("chat_id", INTEGER, nullable=False, index=True),
        sa.Column("stage", TEXT, nullable=False, index=True),
        sa.Column("batch", INTEGER),
        sa.Column("story", TEXT, nullable=False),
        sa.Column("start", INTEGER, nullable=False),
        sa.Column("end", INTEGER, nullable=False),
        sa.Column("first", INTEGER, nullable=False),
        sa.Column("last", INTEGER, nullable=False),
        sa.Column("digest", INTEGER, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("thumb", sa.Boolean, nullable=False),
    )
    op.create_table(
        "arrival",
        sa.Column("article", TEXT, primary_key=True),
        sa.Column("at", sa.Float, nullable=False, index=True),
        sa.Column("key", INTEGER, nullable=False),
    )
    op.create_table("watched", sa.Column("key", INTEGER, nullable=False))
