"""Disclosure control: policies, suppression, and the release of an answer."""
