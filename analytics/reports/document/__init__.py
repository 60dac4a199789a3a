"""The report: one web page that reads, prints and presents, and a PDF of the same."""

from analytics.reports.document.build import pdf, web_page

__all__ = ["pdf", "web_page"]
