"""From what retrieval finds to replies, a module a kind of answer."""
