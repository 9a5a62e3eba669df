"""What stands around an article on a page: who signed it, boxes of other things, walls."""
