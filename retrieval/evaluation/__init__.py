"""How well an archive answers questions whose answers are known."""
