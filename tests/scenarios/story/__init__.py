"""One customer's long talk with the shop, the same at every door, on a bad day for the platform."""
