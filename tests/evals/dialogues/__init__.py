"""Dialogues over the sample shop, held with a real model and judged by the facts that it states."""
