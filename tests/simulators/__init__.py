"""Platforms that run in a test, or beside a demo. They know Kefu by HTTP only."""
