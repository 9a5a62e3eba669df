"""A process of its own that reads what strangers publish: slow, greedy or broken, it alone dies."""
