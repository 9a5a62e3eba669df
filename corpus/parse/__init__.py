"""Readers of one format each: bytes or text in, articles out."""
