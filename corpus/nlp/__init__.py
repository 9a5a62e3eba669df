"""Sentences, quotation marks and names in a body: what both attribution and retrieval read."""
