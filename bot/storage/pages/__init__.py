"""What the pages keep: the keys that sign links, and one-time words that open the newsroom."""
