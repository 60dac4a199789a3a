"""The seeded generator of the synthetic extracts. Nothing it writes describes a real child."""
