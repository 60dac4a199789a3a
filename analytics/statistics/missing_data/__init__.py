"""What was not recorded: its share, its bounds and multiple imputation."""
