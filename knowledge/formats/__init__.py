"""One file a format: bytes to items."""
