"""Implementation: what was delivered, by whom, how faithfully, and what stood in the way."""
