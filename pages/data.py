"""Data: what is loaded, from where, how fresh, and what broke its contract."""

from analytics.emmie.data_status import DataQuestion
from analytics.exhibits.data_status import data_exhibits
from pages.shell.caching import built
from pages.shell.filter_bar import chosen_filters
from pages.shell.page import exhibits, heading

heading("Data", "What is loaded, from where, how fresh it is, and what failed its contract.")
chosen_filters(())
exhibits(built(data_exhibits, DataQuestion()))
