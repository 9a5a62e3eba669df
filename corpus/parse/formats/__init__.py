"""Files of other programs: what a file is (`kinds`), and one module for each format.

They stand above the other modules of `corpus.parse`, which know nothing of files.
"""
