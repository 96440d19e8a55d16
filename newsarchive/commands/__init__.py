"""Subcommands that this project adds to `scrapy`."""
