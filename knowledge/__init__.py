"""What the bot knows: loading it, indexing it, finding it again. Knows no platform."""
