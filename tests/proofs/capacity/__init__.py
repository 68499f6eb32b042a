"""How many messages a second a set-up bears: by formulas, and by a simulation that checks them."""
