"""What customers do and what they get: each story is a function, each chapter a file."""
