"""Which passages answer a question."""
