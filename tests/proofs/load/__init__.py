"""Callbacks from a process of its own, so that what measures shares no event loop with what is measured."""
