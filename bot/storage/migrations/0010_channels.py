"""Channels whose posts are taken in, and the posts."""

import sqlalchemy as sa
from alembic import op

revision = "chats_0010"
down_revision = "chats_0009"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "channel",
        sa.Column("chat_id", sa.Integer, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("discussion", sa.Integer),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("taking", sa.Boolean, nullable=False),
        sa.Column("added_by", sa.Integer),
        sa.Column("since", sa.Float, nullable=False),
    )
    op.create_table(
        "channel_post",
        sa.Column("chat_id", sa.Integer, primary_key=True),
        sa.Column("message_id", sa.Integer, primary_key=True),
        sa.Column("album", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("edited", sa.Float, nullable=False),
        sa.Column("received", sa.Float, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("waiting", sa.Boolean, nullable=False),
        sa.Column("article", sa.Text),
    )
    op.create_index("channel_post_waiting", "channel_post", ["waiting"])
