"""Tables of many files: report, compare, cross, ladder."""
