"""Is what the model says borne out by what it was given? By form alone: no model is asked."""
