"""What is taken out of an article: the answering sentence, a summary, key facts."""
