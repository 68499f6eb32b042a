"""The doors: where customers' messages come in and replies go out."""
