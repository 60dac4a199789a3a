"""Rates of places and periods: intervals, standardisation, funnels and control charts."""
