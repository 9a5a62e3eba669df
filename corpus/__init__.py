"""What was published: articles, their passages, and the store that keeps them."""
