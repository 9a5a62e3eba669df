"""The archive in SQLite: articles, passages, embeddings and attributions."""
