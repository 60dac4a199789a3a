"""How large a study must be, and how small a difference it can see."""
