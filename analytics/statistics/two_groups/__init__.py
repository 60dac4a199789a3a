"""Two proportions or two rates: differences, ratios, tests, and what they mean for 100 people."""
