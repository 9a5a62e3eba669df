"""Shelves: articles that only some may see."""

import sqlalchemy as sa
from alembic import op

revision = "articles_0004"
down_revision = "articles_0003"

_COPY = """
    INSERT INTO article_new (id, digest, url, headline, authors, publisher, published, day_only,
                             section, language, credit, body, added)
    SELECT id, digest, url, headline, authors, publisher, published, day_only,
           section, language, credit, body, added FROM article ORDER BY rowid
"""


def upgrade() -> None:
    """Put what there is on the shared shelf.

    SQLite cannot change that an address stands only once, so the table is made anew; foreign keys
    are not enforced meanwhile.
    """
    op.create_table(
        "article_new",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("headline", sa.Text, nullable=False),
        sa.Column("authors", sa.Text, nullable=False),
        sa.Column("publisher", sa.Text),
        sa.Column("published", sa.Text),
        sa.Column("day_only", sa.Boolean, nullable=False),
        sa.Column("section", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("credit", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("added", sa.Text, nullable=False),
        sa.Column("shelf", sa.Text, nullable=False, server_default=""),
        sa.Column("expires", sa.Text),
        sa.UniqueConstraint("url", "shelf"),
    )
    op.execute(_COPY)
    op.drop_table("article")
    op.rename_table("article_new", "article")
    op.create_index("ix_article_digest", "article", ["digest"])
    op.create_index("ix_article_published", "article", ["published"])
    op.create_index("article_shelf", "article", ["shelf"])
    op.create_index(
        "article_expires", "article", ["expires"], sqlite_where=sa.text("expires IS NOT NULL")
    )
    op.add_column("passage", sa.Column("shelf", sa.Text, nullable=False, server_default=""))
    op.create_index("passage_shelf", "passage", ["shelf", "key"])
    # The archive's number goes on giving keys to passages; each shelf has the last change of its
    # own, so that what one reader adds changes nobody else's index.
    op.create_table(
        "shelf",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    op.execute("INSERT INTO shelf SELECT '', revision FROM archive")
