"""Posts and threads as no editor plans them, but as twenty years of a site leave them in its database."""

from datetime import datetime, timedelta
from typing import Any

from tests.sites.clock import utc
from tests.sites.pieces import Piece, p
from tests.sites.store import Comment, Post

FIRST_COMMENT = 2_000_001
_DAY = utc("2017-11-05 00:30:00")
_LONG = "-".join(f"part-{number}" for number in range(40))[:200]


def _post(number: int, slug: str, title: str, *pieces: Piece, date: datetime = _DAY, **more: Any) -> Post:
    return Post(
        number, slug, title, pieces, date, date, categories=more.pop("categories", (2,)), tags=more.pop("tags", ()), **more
    )  # fmt: skip


def posts() -> list[Post]:
    """Posts with odd addresses, dates, titles and bodies; several of the same minute."""
    return [
        _post(6001, "новини-з-річки", "Новини з річки", p("Річка піднялася на два метри.")),
        _post(6002, "boat-🚤-day", "Boat 🚤 day", p("A day of boats 🚤 on the water.")),
        _post(6003, _LONG, "A very long address", p("The address of this one is two hundred letters long.")),
        _post(6004, "6005", "A number for an address", p("Its address is a number, and another post's.")),
        _post(6005, "the-other", "The other", p("Whose number is the first one's address.")),
        _post(6006, "twice", "Twice", p("The first of two with one address.")),
        _post(6007, "twice", "Twice", p("The second of two with one address.")),
        _post(6008, "first-day", "The first day", p("Dated to the first day of time."), date=utc("1970-01-02 00:00:00")),
        _post(6009, "summer-time", "Summer time", p("Written in the night of the change."), date=utc("2018-10-28 03:30:00")),
        _post(6010, "no-words", "", p("A post without a title.")),
        _post(6011, "nothing", "Nothing in it"),
        _post(
            6012, "only-a-film", "Only a film",
            Piece("video", '<iframe src="https://www.youtube.com/embed/aqz-KE-bpKQ"></iframe>', videos=(("https://www.youtube.com/watch?v=aqz-KE-bpKQ", "youtube"),)),
        ),
        _post(
            6013, "in-three-parts", "In three parts",
            p("The first part."), Piece("more", ""), p("After the cut."), Piece("nextpage", ""), p("The second part."), Piece("nextpage", ""), p("The third part."),
            editor="blocks",
        ),
        _post(6014, "below-and-over", "5 < 7 &amp; so on", p("A title with signs in it.")),
        _post(6015, "in-no-group", "In no group", p("The category that nobody chose."), categories=()),
        _post(6016, "open-to-none", "Open to none", p("Closed, and never commented."), comments_open=False, pings_open=False),
        _post(6017, "long-talk", "A long talk", p("Many have something to say.")),
        _post(6018, "deep-talk", "A deep talk", p("Each answers the one before.")),
        _post(6019, "strange-talk", "A strange talk", p("Names and words of every kind.")),
        _post(6020, "closed-talk", "A closed talk", p("It had comments before it was closed."), comments_open=False),
        _post(6021, "only-links", "Only links", p("Nobody wrote here, but two link here.")),
        _post(6022, "held-back", "Held back", p("All that was written waits or is thrown away.")),
        _post(6023, "many-at-once", "Many at once", p("More than a page of roots, of one minute.")),
        _post(6024, "quoted", "He Said “Comments Are Closed”: 12 Responses", p("A title that reads as a count of comments."), ),
    ]  # fmt: skip


def comments() -> list[Comment]:
    """The threads of those posts."""
    made: list[Comment] = []

    def say(post: int, author: str, content: str, parent: int = 0, minutes: int | None = None, **more: Any) -> int:
        number = FIRST_COMMENT + len(made)
        when = _DAY + timedelta(minutes=len(made) if minutes is None else minutes)
        made.append(Comment(number, post, author, when, content, parent=parent, **more))
        return number

    for number in range(130):
        root = say(6017, f"Speaker {number % 9}", f"Statement number {number}.")
        if number % 4 == 0:
            answer = say(6017, "The Desk", f"An answer to number {number}.", root, user=1)
            say(6017, "Speaker", "And one more.", answer)
    above = 0
    for level in range(1, 14):
        above = say(6018, f"Level {level}", f"At level {level}.", above)
        say(6018, "Aside", f"Aside at level {level}.", above)
    for name, words in (
        ("Tom <Tommy> Tucker", "Less than < and & alone."),
        ("علي حسن", "تعليق باللغة العربية من اليمين إلى اليسار."),
        ("🚣‍♀️ Rower", "Only 🚣‍♀️🌊 here, and a flag 🇺🇦."),
        ("O'Brien \"Obie\"", "It's \"quoted\" -- twice... 'so' (c) 1/2."),
        ("", "Nobody's words."),
        ("Longwind " * 20, "word " * 4000),
        ("Coder", "<code>if (a &lt; b) { return; }</code>\n\n<blockquote>Said before.</blockquote>\n\nAnd <strong>bold</strong>."),
        ("Linker", "See https://example.org/a?b=1&c=2 and <a href=\"https://example.net/x\">this</a>."),
        ("Shorty", "[gallery] [caption] are words in a comment."),
        ("Reply to nobody", "Reply"),
        ("Edit", "Edit\n\nsays:\n\nMarch 7, 2019 at 2:47 pm"),
        ("Quoter", "> an older way to quote\n> over two lines\nand an answer"),
        ("Lister", "1. one\n2. two\n3. three"),
        ("Spacer", "a  b\tc\n\n\n\n\nd"),
        ("Same", "The same words."),
        ("Same", "The same words."),
    ):  # fmt: skip
        say(6019, name, words)
    kept = say(6020, "Early", "While it was open.")
    gone = say(6020, "Thrown", "Thrown away.", kept, status="trash")
    say(6020, "Left", "An answer to what was thrown away.", gone)
    say(6020, "Waiting", "It waits: must not be seen.", kept, status="hold")
    say(6020, "Seller", "Buy: must not be seen.", kept, status="spam")
    say(6020, "Late", "The last before it closed.", kept)
    say(6021, "A Blog", "[...] links here [...]", type="pingback", author_url="https://blog.example.net/a")
    say(6021, "Another", "[...] and here [...]", type="trackback", author_url="https://blog.example.net/b")
    for status in ("hold", "spam", "trash"):
        say(6022, "Nobody", "must not be seen", status=status)
    for number in range(60):
        say(6023, f"At once {number}", f"All at once {number}.", minutes=9000)
    say(6024, "Counter", "One only.")
    return made
