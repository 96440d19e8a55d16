"""One module a site: its addresses, its names and its quirks."""
