"""Entries of the types of posts that `plugins/own-types.php` registers, and of WordPress' own beside posts."""

from datetime import datetime, timedelta
from typing import Any

from tests.sites.clock import utc
from tests.sites.pieces import p
from tests.sites.store import Comment, Post

FIRST_COMMENT = 3_000_001
_DAY = utc("2019-06-11 08:15:00")
PARENTS = {7022: 7021, 7023: 7022}
"""Dossiers that are parts of another."""


def _entry(number: int, kind: str, slug: str, title: str, date: datetime = _DAY, **more: Any) -> Post:
    words = (p(f"What {title} has to say, in words of its own."), p("And a second paragraph, so that it is a text."))
    return Post(number, slug, title, words, date, date, type=kind, **more)


def posts() -> list[Post]:
    """Two entries of a type, some with what posts of the site have as well: the same slug, a password, another status."""
    return [
        _entry(7001, "analysis", "who-owns-the-quay", "Who Owns The Quay", categories=(2,), tags=(21,)),
        _entry(7002, "analysis", "sarvo-bridge-reopens", "The Bridge, Analysed", categories=(2,)),
        _entry(7003, "analysis", "behind-a-word", "Behind A Word: must not be seen", password="sesame"),
        _entry(7004, "analysis", "not-yet-done", "Not Yet Done: must not be seen", status="draft"),
        _entry(7005, "analysis", "for-editors", "For Editors: must not be seen", status="private"),
        _entry(7011, "video", "ice-on-the-river", "Ice On The River"),
        _entry(7012, "video", "the-harbour-at-night", "The Harbour At Night"),
        _entry(7021, "dossier", "the-flood", "The Flood"),
        _entry(7022, "dossier", "the-flood-in-the-town", "The Flood In The Town"),
        _entry(7023, "dossier", "the-flood-in-the-mill", "The Flood In The Mill"),
        _entry(7031, "product", "river-map", "River Map"),
        _entry(7032, "product", "tide-table", "Tide Table"),
        _entry(7041, "lean", "lean-one", "The First Lean One"),
        _entry(7051, "briefing", "morning-briefing", "Morning Briefing"),
        _entry(7061, "recipe", "fish-soup", "Fish Soup"),
        _entry(7071, "leaflet", "how-to-vote", "How To Vote"),
        _entry(7081, "note", "remember", "Remember: must not be seen"),
        _entry(7091, "page", "who-we-are", "Who We Are"),
        _entry(7092, "wp_block", "a-box", "A Box"),
        _entry(7093, "nav_menu_item", "an-item", "An Item"),
    ]  # fmt: skip


def comments() -> list[Comment]:
    """A short thread for some of them."""
    made: list[Comment] = []
    for post in (7001, 7011, 7021, 7031, 7041):
        root = FIRST_COMMENT + len(made)
        made += [
            Comment(root, post, "Reader", _DAY + timedelta(hours=1), f"A first word on {post}."),
            Comment(root + 1, post, "Other", _DAY + timedelta(hours=2), f"An answer on {post}.", parent=root),
        ]
    return made
