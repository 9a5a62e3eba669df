"""Texts to vectors: the model, the runtime beneath it, and the threads that share it."""
