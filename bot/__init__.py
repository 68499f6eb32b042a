"""The conversation itself: what a message is, what a turn is, and how one becomes the other's answer."""
