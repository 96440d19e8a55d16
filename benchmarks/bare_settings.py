"""No settings: a bare Scrapy."""
