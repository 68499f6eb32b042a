"""Knowledge that is fetched: one file a way to fetch it. Whole, or said to be a part."""
