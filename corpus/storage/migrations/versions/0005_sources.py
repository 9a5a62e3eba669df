"""Feeds that are followed, what they listed, and how articles read before."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER, TEXT

revision = "articles_0005"
down_revision = "articles_0004"


def upgrade() -> None:
    """Make room for them; nothing is followed yet, and nothing was corrected."""
    op.create_table(
        "source",
        sa.Column("url", TEXT, primary_key=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("etag", TEXT),
        sa.Column("modified", TEXT),
        sa.Column("interval_s", sa.Float, nullable=False),
        sa.Column("next_check", TEXT, nullable=False, index=True),
        sa.Column("last_success", TEXT),
        sa.Column("errors", INTEGER, nullable=False),
        sa.Column("failing_since", TEXT),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("paused", TEXT),
        sa.Column("told", sa.Boolean, nullable=False),
        sa.Column("moved", TEXT, nullable=False),
        sa.Column("hub", TEXT, nullable=False),
        sa.Column("topic", TEXT, nullable=False),
        sa.Column("secret", TEXT, nullable=False),
        sa.Column("hub_state", TEXT, nullable=False),
        sa.Column("renew", TEXT),
    )
    op.create_table(
        "entry",
        sa.Column("url", TEXT, primary_key=True),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("article_id", TEXT, index=True),
        sa.Column("stamp", TEXT, nullable=False),
        sa.Column("dated", TEXT, nullable=False),
        sa.Column("seen", TEXT, nullable=False, index=True),
        sa.Column("tries", INTEGER, nullable=False),
        sa.Column("printed", sa.Boolean, nullable=False),
        sa.Column("missing", INTEGER, nullable=False),
        sa.Column("checked", TEXT, nullable=False),
        sa.Column("next_look", TEXT, index=True),
        sa.Column("etag", TEXT),
        sa.Column("modified", TEXT),
        sa.Index("entry_of_source", "source", "dated"),
    )
    op.create_table(
        "version",
        sa.Column("key", INTEGER, primary_key=True),
        sa.Column(
            "article_id",
            TEXT,
            sa.ForeignKey("article.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("replaced", TEXT, nullable=False),
        sa.Column("headline", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
    )
    op.add_column("article", sa.Column("corrected", TEXT))
    op.add_column("article", sa.Column("gone", TEXT))
