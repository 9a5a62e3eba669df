"""Channels of Telegram: what they post, and what its programs export."""
