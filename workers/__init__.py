"""The processes that do the work: answering, delivering, sweeping, and the command line that starts them."""
