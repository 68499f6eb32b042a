"""What the bot can look up and do: tools of a shop, called by rule or by the model."""
