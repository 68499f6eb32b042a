"""A flood at the doors, with a model that answers a tenth of it: `make peak`."""
