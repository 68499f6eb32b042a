"""The chat model: what it is asked, how much of it fits, and who is asked."""
