"""Channels whose posts are taken in, and the posts."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER, TEXT

revision = "chats_0010"
down_revision = "chats_0009"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "channel",
        sa.Column("chat_id", INTEGER, primary_key=True),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("discussion", INTEGER),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("taking", sa.Boolean, nullable=False),
        sa.Column("added_by", INTEGER),
        sa.Column("since", sa.Float, nullable=False),
    )
    op.create_table(
        "channel_post",
        sa.Column("chat_id", INTEGER, primary_key=True),
        sa.Column("message_id", INTEGER, primary_key=True),
        sa.Column("album", TEXT, nullable=False),
        sa.Column("payload", TEXT, nullable=False),
        sa.Column("edited", sa.Float, nullable=False),
        sa.Column("received", sa.Float, nullable=False),
        sa.Column("version", INTEGER, nullable=False),
        sa.Column("waiting", sa.Boolean, nullable=False),
        sa.Column("article", TEXT),
    )
    op.create_index("channel_post_waiting", "channel_post", ["waiting"])
