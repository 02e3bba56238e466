"""Parsers, one file a data set: from files to plain records and problems. They know no database."""
