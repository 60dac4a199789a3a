"""Money: prices of one year, discounting, uncertainty and the value of knowing more."""
