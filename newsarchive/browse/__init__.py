"""The archive as a SQLite database, and the pages on which Datasette shows it (`scrapy browse`).

Nothing is imported here: the pages need Datasette alone, the database needs the archive and not Datasette.
"""
