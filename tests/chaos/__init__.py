"""Everything that can go wrong at night, on purpose, under load: `make chaos`."""
