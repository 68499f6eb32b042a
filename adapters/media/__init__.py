"""Pictures, voice messages and files: brought by a channel, looked at, kept for a while."""
