"""What every page shares: header, filter bar, exhibits, downloads and caching."""
