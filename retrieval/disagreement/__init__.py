"""Whether two articles say otherwise of the same thing, and which of them counts."""
