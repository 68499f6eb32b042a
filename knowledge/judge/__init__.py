"""How good the knowledge is: questions of which somebody knows what is right, and what came of them."""
