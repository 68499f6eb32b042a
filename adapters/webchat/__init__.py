"""A chat on the shop's own site: signed sessions, messages in, events out, and the widget."""
