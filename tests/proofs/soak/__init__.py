"""A long day at an even pace: `make soak`."""
