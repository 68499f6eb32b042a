"""What the design promises of a peak, of a dead worker and of a long day, in numbers and on real processes."""
