"""The archive in SQLite or PostgreSQL: articles, passages, embeddings and attributions."""
