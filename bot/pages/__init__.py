"""Pages of ours, over HTTP: of articles without an address, and the newsroom for admins."""
