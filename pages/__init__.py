"""The pages: one file for each question a person has."""
