"""What fuzzing starts from: the saved pages of the tests, answers of the sample site, and pieces of markup."""

import functools
from pathlib import Path

from tests.sites import SampleSite
from tests.sites.exchange import Request

TESTS = Path(__file__).parents[1]
LARGEST_BYTES = 60_000
PIECES = tuple(
    b"""<p>|</p>|<div class="entry-content">|<div id="wpdcom">|<article class="post-7 hentry">|<body class="single postid-7">|</body></html>|<script>|</script>|<!--|-->|
<![CDATA[|]]>|&#0;|&#xD800;|&amp;amp;|\x00|\xff\xfe|\xed\xa0\x80|\xe2\x80\xae|<a href="http://[::1">|<a href="//x">|<a href="javascript:alert(1)">|<img srcset="a 1w, b 2w,,">|<time datetime="2024-13-45T99:99">|
<time datetime="9999-12-31T23:59:59-23:59">|<div id="wpd-comm-1_0" class="wpd-comment">|<li id="comment-1" class="comment">|<link rel=canonical href="::">|<meta property="og:title" content="|<title>|just a moment...|
<table><tr><td>|<ul><li>|<blockquote class="twitter-tweet">|https://twitter.com/a/status/1103483853686165505|<iframe src="|<form class="post-password-form">|{"id":1e999,|{"content":{"rendered":|null|[]|{}|"\\ud800"|-1|1e400|99999999999999999999|
<?xml version="1.0"?>|<rss><channel><item>|<urlset>|<sitemapindex><sitemap><loc>|<loc>http://[</loc>|<pubDate>Mon, 99 Foo 0000</pubDate>|\x1f\x8b\x08|<svg onload=x>|<math><mi>|<noscript>|<template>|<select><option>|<plaintext>""".replace(
        b"\n", b""
    ).split(b"|")
)
"""Markup, JSON and XML that a reader looks at twice."""


@functools.cache
def seeds() -> tuple[bytes, ...]:
    """Every seed, the saved ones first; none larger than `LARGEST_BYTES`."""
    saved = [
        path.read_bytes()
        for folder in ("pages", "guard/pages", "guard/good", "fuzz/found")
        for path in sorted((TESTS / folder).rglob("*"))
        if path.suffix in {".html", ".xml", ".bin"} or path.name == "body.json"
    ]
    with SampleSite(hostile=False) as site:
        told = [
            site.answers.answer(Request("GET", target, {}, b"")).body
            for target in (
                "/",
                "/feed/",
                "/comments/feed/",
                "/wp-sitemap.xml",
                "/wp-sitemap-posts-post-1.xml",
                "/wp-json/wp/v2/posts?per_page=5",
                "/wp-json/wp/v2/comments?per_page=20",
            )
        ]
    found = dict.fromkeys(body[:LARGEST_BYTES] for body in (*saved, *told) if body)
    return tuple(found)
