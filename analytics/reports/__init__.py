"""Reports: exhibits as files that people can keep."""
