"""The quotations that answer who said what."""
