"""Alembic's entry point: run the revisions on the connection that `corpus.database` hands over."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
