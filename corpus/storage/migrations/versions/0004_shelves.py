"""Shelves: articles that only some may see."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER, TEXT

revision = "articles_0004"
down_revision = "articles_0003"

_COPY = """
    INSERT INTO article_new (id, digest, url, headline, authors, publisher, published, day_only,
                             section, language, credit, body, added)
    SELECT id, digest, url, headline, authors, publisher, published, day_only,
           section, language, credit, body, added FROM article ORDER BY rowid
"""


def upgrade() -> None:
    """Put what there is on the shared shelf."""
    if op.get_bind().dialect.name == "sqlite":
        _make_anew()
    else:
        _change()
    op.create_index("article_shelf", "article", ["shelf"])
    given = sa.text("expires IS NOT NULL")
    op.create_index(
        "article_expires", "article", ["expires"], sqlite_where=given, postgresql_where=given
    )
    op.add_column("passage", sa.Column("shelf", TEXT, nullable=False, server_default=""))
    op.create_index("passage_shelf", "passage", ["shelf", "key"])
    # The archive's number goes on giving keys to passages; each shelf has the last change of its
    # own, so that what one reader adds changes nobody else's index.
    op.create_table(
        "shelf",
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("revision", INTEGER, nullable=False),
    )
    op.execute("INSERT INTO shelf SELECT '', revision FROM archive")


def _change() -> None:
    op.add_column("article", sa.Column("shelf", TEXT, nullable=False, server_default=""))
    op.add_column("article", sa.Column("expires", TEXT))
    op.drop_constraint("article_url_key", "article")
    op.create_unique_constraint("article_url_shelf_key", "article", ["url", "shelf"])


def _make_anew() -> None:
    """Make the table anew, for SQLite cannot change that an address stands only once.

    Foreign keys are not enforced meanwhile.
    """
    op.create_table(
        "article_new",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("url", TEXT),
        sa.Column("headline", TEXT, nullable=False),
        sa.Column("authors", TEXT, nullable=False),
        sa.Column("publisher", TEXT),
        sa.Column("published", TEXT),
        sa.Column("day_only", sa.Boolean, nullable=False),
        sa.Column("section", TEXT),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("credit", TEXT),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("added", TEXT, nullable=False),
        sa.Column("shelf", TEXT, nullable=False, server_default=""),
        sa.Column("expires", TEXT),
        sa.UniqueConstraint("url", "shelf"),
    )
    op.execute(_COPY)
    op.drop_table("article")
    op.rename_table("article_new", "article")
    op.create_index("ix_article_digest", "article", ["digest"])
    op.create_index("ix_article_published", "article", ["published"])
