"""Processes that prepare articles side by side: each embeds, and finds who said what."""
