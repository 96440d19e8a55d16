"""A real WordPress to crawl: Debian's package, filled through its own functions, with what is true of it."""
