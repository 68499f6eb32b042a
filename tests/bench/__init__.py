"""Ratios against a stated baseline, both measured in one run: absolute times mean little on a shared machine."""
