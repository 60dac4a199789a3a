"""Extracts: contracts, code lists, the protocol of an evaluation, the engine, filters and data quality."""
