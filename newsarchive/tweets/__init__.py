"""Tweets in articles and comments: found, dated by their ids, and looked up where they can still be found."""

from newsarchive.tweets.address import StatusReference, parse_status_url
from newsarchive.tweets.find import embed_of, embeds_of, find_references, may_refer, references_in

__all__ = [
    "StatusReference",
    "embed_of",
    "embeds_of",
    "find_references",
    "may_refer",
    "parse_status_url",
    "references_in",
]
