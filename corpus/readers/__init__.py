"""Where articles come from: files, folders, the web, and the bundled sample."""
