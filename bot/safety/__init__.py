"""What no customer reads, and what no model and no log is told, whatever anybody writes: docs/safety.md."""
