"""Reports: records as tables and JSON.  They format; they compute nothing."""
