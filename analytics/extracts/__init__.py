"""Extracts: contracts, code lists, protocols, the engine, filters and data quality."""
