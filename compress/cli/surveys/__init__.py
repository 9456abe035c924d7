"""Commands about many files: report, compare, ladder."""
