"""A site's life, day by day: each change is one revision, and nothing else is."""

import json

from newsarchive.archive.holdings import Holdings
from newsarchive.archive.layout import Site
from newsarchive.archive.nearby import Recent
from newsarchive.archive.verify import verify
from newsarchive.items import Gone, Image, Tweet
from tests.archive.conftest import article, comment, lines_of, thread

PICTURE = Image(url="https://daily.example/wp-content/uploads/a.jpg", caption="The bridge")
MOVED = Image(url="https://new-daily.example/wp-content/uploads/a-1024x683.jpg?v=2", caption="The bridge")
GONE = Gone(status=404, seen_at="2026-05-20T12:00:00Z")
BASE = {"images": [PICTURE], "tags": ["bridge", "city"], "categories": ["Local"], "comment_count": 2}

ARTICLE = [
    # (what happens, fields, makes a revision, silent)
    ("published", {}, True, None),
    ("read again", {}, False, None),
    ("read as a page, which knows a subtitle", {"source": "page", "subtitle": "At last"}, False, None),
    ("read in a browser", {"source": "browser", "subtitle": "At last", "html": "<p>nonce=8f3a</p>"}, False, None),
    ("comments arrive", {"comment_count": 14}, False, None),
    ("tags in another order", {"tags": ["city", "bridge"]}, False, None),
    ("saved without a change", {"modified_at": "2026-05-05T08:00:00Z"}, False, None),
    ("edited", {"text": "It opened at noon.", "modified_at": "2026-05-06T08:00:00Z"}, True, False),
    ("edited silently", {"text": "It opened at one.", "modified_at": "2026-05-06T08:00:00Z"}, True, True),
    ("another headline", {"title": "Bridge is open", "modified_at": "2026-05-07T08:00:00Z"}, True, False),
    ("a slug of its own", {"url": "https://daily.example/2026/05/the-bridge/"}, False, None),
    ("moved to another domain", {"url": "https://new-daily.example/?p=1", "images": [MOVED]}, False, None),
    ("read from the Wayback Machine", {"url": "https://web.archive.org/web/2026id_/https://daily.example/?p=1", "source": "wayback"}, False, None),
    ("another caption", {"images": [Image(url=PICTURE.url, caption="The new bridge")], "modified_at": "2026-05-08T08:00:00Z"}, True, False),
    ("a category more", {"categories": ["Local", "Roads"], "modified_at": "2026-05-09T08:00:00Z"}, True, False),
    ("taken down", {"gone": GONE}, True, None),
    ("still down, by another status", {"gone": Gone(status=410, seen_at="2026-05-21T12:00:00Z")}, False, None),
    ("back", {"gone": None}, True, None),
]  # fmt: skip


def test_each_change_of_an_article_is_a_revision_and_nothing_else_is(opened, root):
    fields, made, expected = dict(BASE), [], []
    for day, (what, change, revision, silent) in enumerate(ARTICLE):
        kept = {name: change.pop(name) for name in ("source", "html", "subtitle") if name in change}
        fields |= change
        with opened() as archive:
            if archive.append(article(1, **{**fields, **kept}, fetched_at=f"2026-05-{day + 4:02d}T12:00:00Z")):
                made.append(what)
        if revision:
            expected.append((what, silent))
    assert made == [what for what, _ in expected]
    lines = [json.loads(line) for line in lines_of(root)]
    assert [line["silent"] for line in lines] == [silent for _, silent in expected]
    assert [line["revision"] for line in lines] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [line["previous_hash"] for line in lines] == [None, *(line["content_hash"] for line in lines[:-1])]
    assert {line["id"] for line in lines} == {"daily/1"}


C = {id: comment(id, f"Comment {id}") for id in "12345"}
EDITED = comment("2", "Comment 2, corrected", edited=True)

THREAD = [
    # (what happens, the reading, its changes where it makes a revision)
    ("first reading", thread(C["1"], C["2"]), None),
    ("read again", thread(C["1"], C["2"]), False),
    ("votes", thread(comment("1", "Comment 1", votes=7, likes=8, dislikes=1), C["2"]), False),
    ("relative dates", thread(comment("1", "Comment 1", posted_at="2026-05-03T00:00:00Z"), C["2"]), False),
    ("newest first", thread(C["2"], C["1"]), False),
    (
        "a reply",
        thread(C["1"], C["2"], comment("3", "Comment 3", parent_id="1")),
        {"added": ["3"], "edited": [], "removed": []},
    ),
    ("a page of comments is lost", thread(C["1"], complete=False, declared_count=3), False),
    (
        "lost again, but one is new",
        thread(C["1"], C["4"], complete=False),
        {"added": ["4"], "edited": [], "removed": []},
    ),
    ("nothing new, still not whole", thread(C["4"], complete=False), False),
    (
        "whole again",
        thread(C["1"], C["2"], comment("3", "Comment 3", parent_id="1"), C["4"]),
        {"added": [], "edited": [], "removed": []},
    ),
    (
        "edited",
        thread(C["1"], EDITED, comment("3", "Comment 3", parent_id="1"), C["4"]),
        {"added": [], "edited": ["2"], "removed": []},
    ),
    ("removed", thread(C["1"], EDITED, C["4"]), {"added": [], "edited": [], "removed": ["3"]}),
    (
        "one comes, one goes, one changes",
        thread(EDITED, comment("4", "No"), C["5"]),
        {"added": ["5"], "edited": ["4"], "removed": ["1"]},
    ),
    ("read by REST, which shows no pictures", thread(EDITED, comment("4", "No"), C["5"], source="rest"), False),
]


def test_each_change_of_a_thread_is_a_revision_and_nothing_else_is(opened, root):
    made, expected = [], []
    for what, reading, changes in THREAD:
        with opened() as archive:
            if archive.append(reading):
                made.append(what)
        if changes is not False:
            expected.append((what, changes))
    assert made == [what for what, _ in expected]
    assert [json.loads(line)["changes"] for line in lines_of(root)] == [changes for _, changes in expected]


def test_what_another_way_of_reading_a_thread_cannot_know_is_no_edit(opened, root):
    deep = [comment("1"), comment("2", parent_id="1"), comment("3", parent_id="2", author="Anonymous")]
    flat = [comment("1"), comment("2", parent_id="1"), comment("3", parent_id="1", author="Anonymous")]
    nameless = [*deep[:2], comment("3", parent_id="2", author=None)]
    with opened() as archive:
        assert archive.append(thread(*deep, source="page+rest"))
        assert not archive.append(thread(*nameless, source="rest"))
        assert not archive.append(thread(*flat, source="page"))
    with opened() as archive:
        assert not archive.append(thread(*flat, source="page"))
        assert archive.append(thread(*flat[:2], comment("3", "Not well said.", parent_id="1"), source="page"))
        assert archive.append(thread(comment("1", author="Cy"), *nameless[1:], source="rest"))
        assert not archive.append(thread(comment("1", author="Cy"), *deep[1:], source="page"))
    changes = [line["changes"] and line["changes"]["edited"] for line in map(json.loads, lines_of(root))]
    assert changes == [None, ["3"], ["1", "3"]]


def test_a_name_or_a_parent_that_changes_in_one_way_of_reading_is_an_edit(opened, root):
    with opened() as archive:
        assert archive.append(thread(comment("1"), comment("2", parent_id="1")))
        assert archive.append(thread(comment("1", author=None), comment("2", parent_id="1")))
        assert archive.append(thread(comment("1", author=None), comment("2")))
    assert [json.loads(line)["changes"]["edited"] for line in lines_of(root)[1:]] == [["1"], ["2"]]


def test_a_thread_that_is_proven_whole_only_now_says_so_in_a_line(opened, root):
    with opened() as archive:
        archive.append(thread(comment("1", votes=None), complete=False))
        assert not archive.append(thread(comment("1", votes=None), complete=False))
        assert archive.append(thread(comment("1", votes=3)))
        assert not archive.append(thread(comment("1", votes=4)))
    first, second = map(json.loads, lines_of(root))
    assert (second["complete"], second["revision"], second["comments"][0]["votes"]) == (True, 2, 3)
    assert second["previous_hash"] == second["content_hash"] == first["content_hash"]
    assert second["changes"] == {"added": [], "edited": [], "removed": []}
    assert verify(Holdings(Site(root, "daily"))).problems == []


def test_an_incomplete_reading_after_a_complete_one_removes_nothing(opened):
    with opened() as archive:
        archive.append(thread(C["1"], C["2"]))
        archive.append(thread(C["3"], complete=False))
        assert sorted(archive.known("comment_thread", "daily/1").prints) == ["1", "2", "3"]


def test_votes_make_revisions_where_the_setting_says_so(opened, root):
    with opened(votes_revise=True) as archive:
        assert archive.append(thread(comment("1", votes=1)))
        assert not archive.append(thread(comment("1", votes=1)))
        assert archive.append(thread(comment("1", votes=2)))
    assert json.loads(lines_of(root)[1])["changes"]["edited"] == ["1"]


def tweet(**fields):
    return Tweet(
        id="1", site="daily", url="https://twitter.com/a/status/1", fetched_at="2026-05-04T12:00:00Z", **fields
    )


def test_a_tweet_is_revised_by_what_became_of_it_and_not_by_what_a_resolver_does_not_know(opened, root):
    with opened() as archive:
        assert archive.append(tweet(handle="a", text="Hello", state="available"))
        assert not archive.append(tweet(handle="a", text=None, state="unresolved"))
        assert not archive.append(
            tweet(handle="a", text="Hel…", text_truncated=True, state="available", author_name="Ann")
        )
        assert archive.append(tweet(handle="a", text="Hello", state="deleted"))
    assert [json.loads(line)["state"] for line in lines_of(root)] == ["available", "deleted"]


STORY = (
    "The river rose by two metres in the night and the lower town was cut off until the army came with boats at dawn on Monday. "
    * 3
)


def test_the_same_story_under_another_id_is_marked_and_kept(opened, root):
    with opened(near_window=100) as archive:
        archive.append(article(1, text=STORY))
        archive.flush()
        archive.append(article(2, text="Breaking news. " + STORY + "More follows."))
        archive.append(article(3, text=" ".join(f"unrelated{i} matter{i * 7}" for i in range(80))))
    marks = [(line["id"], line["near_duplicate_of"]) for line in map(json.loads, lines_of(root))]
    assert marks == [("daily/1", None), ("daily/2", "daily/1"), ("daily/3", None)]
    assert 0.3 <= json.loads(lines_of(root)[1])["similarity"] <= 1


def test_a_copy_that_follows_at_once_is_marked(opened, root):
    with opened(near_window=100) as archive:
        for number, text in enumerate([STORY, "Breaking news. " + STORY, STORY + " More follows."], 1):
            archive.append(article(number, text=text))  # none of them is in the index before the next is judged
    assert [json.loads(line)["near_duplicate_of"] for line in lines_of(root)] == [None, "daily/1", "daily/1"]


def test_no_article_is_marked_as_a_copy_of_one_that_was_dropped(opened, root):
    with opened(near_window=100) as archive:
        dropped = article(1, text=STORY)
        archive.judge(dropped, claim=True)
        archive.release(dropped)
        archive.append(article(2, text=STORY))
    assert [json.loads(line)["near_duplicate_of"] for line in lines_of(root)] == [None]


def test_the_last_articles_are_bounded_and_each_stands_once():
    recent = Recent(3)
    for number in range(5):
        recent.add(f"daily/{number}", bytes([number]), [1, number + 10])
    recent.add("daily/3", b"new", [1, 99])
    assert recent.sharing([1]) == {"daily/4": b"\x04", "daily/3": b"new"}  # two of a band that many share
    assert recent.sharing([12]) == {"daily/2": b"\x02"}
    assert recent.sharing([13]) == {}
    assert recent.sharing([99]) == {"daily/3": b"new"}


def test_the_window_for_near_duplicates_is_bounded(opened):
    with opened(near_window=3) as archive:
        for number in range(9):
            archive.append(article(number, text=" ".join(f"w{number}x{i}" for i in range(60))))
            archive.flush()
        assert archive._index._db.execute("SELECT COUNT(*) FROM near").fetchone() == (3,)


def test_near_duplicates_are_found_after_the_index_was_lost(opened, root):
    with opened(near_window=100) as archive:
        archive.append(article(1, text=STORY))
    (root / "daily/.archive/index.sqlite3").unlink()
    with opened(near_window=100) as archive:
        archive.append(article(2, text="Breaking news. " + STORY))
    assert json.loads(lines_of(root)[1])["near_duplicate_of"] == "daily/1"
