"""How soon, and how many in the end: survival, competing risks, and models of both."""
