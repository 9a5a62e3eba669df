"""The searchable snapshot of an archive: BM25, vectors and facets."""
