"""Surveys of many files: what each belief and coder makes of them, and two such surveys compared."""
