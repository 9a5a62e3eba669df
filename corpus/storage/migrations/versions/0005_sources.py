"""Feeds that are followed, what they listed, and how articles read before."""

import sqlalchemy as sa
from alembic import op

revision = "articles_0005"
down_revision = "articles_0004"


def upgrade() -> None:
    """Make room for them; nothing is followed yet, and nothing was corrected."""
    op.create_table(
        "source",
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("modified", sa.Text),
        sa.Column("interval_s", sa.Float, nullable=False),
        sa.Column("next_check", sa.Text, nullable=False, index=True),
        sa.Column("last_success", sa.Text),
        sa.Column("errors", sa.Integer, nullable=False),
        sa.Column("failing_since", sa.Text),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("paused", sa.Text),
        sa.Column("told", sa.Boolean, nullable=False),
        sa.Column("moved", sa.Text, nullable=False),
        sa.Column("hub", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("hub_state", sa.Text, nullable=False),
        sa.Column("renew", sa.Text),
    )
    op.create_table(
        "entry",
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("article_id", sa.Text, index=True),
        sa.Column("stamp", sa.Text, nullable=False),
        sa.Column("dated", sa.Text, nullable=False),
        sa.Column("seen", sa.Text, nullable=False, index=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("printed", sa.Boolean, nullable=False),
        sa.Column("missing", sa.Integer, nullable=False),
        sa.Column("checked", sa.Text, nullable=False),
        sa.Column("next_look", sa.Text, index=True),
        sa.Column("etag", sa.Text),
        sa.Column("modified", sa.Text),
        sa.Index("entry_of_source", "source", "dated"),
    )
    op.create_table(
        "version",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column(
            "article_id",
            sa.Text,
            sa.ForeignKey("article.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("replaced", sa.Text, nullable=False),
        sa.Column("headline", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.add_column("article", sa.Column("corrected", sa.Text))
    op.add_column("article", sa.Column("gone", sa.Text))
