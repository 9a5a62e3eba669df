"""What is said, as values: blocks, buttons, citations and links."""
