"""Random callbacks for as long as one likes: `make fuzz`."""
