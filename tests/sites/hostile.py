"""Articles and comments that mean harm, or look so: an option, so that counts of the ordinary ones stay."""

from datetime import timedelta

from .clock import utc
from .pieces import Piece, p, raw
from .store import Comment, Post, Store

_NEXT = "What stands after it must still be read."


def _post(number: int, slug: str, title: str, *body: Piece, special: str) -> Post:
    date = utc("2018-05-20 10:00:00") + timedelta(days=number - 4200)
    return Post(number, slug, title, body, date, date, categories=(2,), special=(special,))


def posts() -> list[Post]:
    """Deep, wide, scripted and oddly named articles."""
    return [
        _post(4201, "round-and-round", "Round And Round", p("Two comments below answer each other."), special="cycle"),
        _post(4202, "deep-down", "Deep Down", p("It goes down."), raw("<div>" * 100_000 + "deepest" + "</div>" * 100_000), p(_NEXT), special="deep-markup"),
        _post(4203, "wide-load", "Wide Load", p("A very long attribute."), raw(f'<p><img src="{{site}}/wp-content/uploads/2019/03/x.jpg" alt="{"wide " * 200_000}" /></p>'), p(_NEXT), special="wide-attribute"),
        _post(4204, "scripted", "Scripted &lt;script&gt;alert(1)&lt;/script&gt; &lt;/title&gt;", p("A script stands below."),
              raw("<script>alert('in the body')</script><p onclick=\"alert(2)\">A paragraph that can be clicked.</p><iframe srcdoc=\"&lt;script&gt;alert(3)&lt;/script&gt;\"></iframe>"
                  "<p><a href=\"javascript:alert(4)\">A link that runs</a> and <a href=\"data:text/html,x\">one of data</a>.</p><svg onload=\"alert(5)\"></svg>"),
              p(_NEXT), special="scripts"),
        _post(4205, "control", "Control\x0b Characters", p("One\x00two\x1fthree\x7f and \ufffe four."), p(_NEXT), special="control-characters"),
        _post(4206, "..\\..\\windows", "Path Tricks In A Slug", p("The slug climbs."), special="path-tricks"),
        _post(4207, "con", "A Name No Disk Likes", p("Some systems refuse this name."), special="device-name"),
        _post(4208, "a" * 190, "A Very Long Slug", p("It is long."), special="long-slug"),
        _post(4209, "unclosed", "Nothing Is Closed", raw("<p>One <b>two <i>three <table><tr><td>four <ul><li>five"), special="unclosed"),
        _post(4210, "bomb-of-entities", "Bomb Of Entities", p("&amp;" * 50_000), p(_NEXT), special="entities-bomb"),
    ]  # fmt: skip


def comments() -> list[Comment]:
    """Two that answer each other, one that answers itself, one with a script for a name, a deep one and a large one."""
    when = utc("2018-05-22 10:00:00")
    return [
        Comment(9001, 4201, "Tail", when, "I answer you.", parent=9002),
        Comment(9002, 4201, "Head", when, "No, I answer you.", parent=9001),
        Comment(9003, 4201, "Self", when, "I answer me.", parent=9003),
        Comment(9004, 4201, "Plain", when, "I answer nobody."),
        Comment(
            9005, 4204, "<script>alert(6)</script>", when, "My name is a script.", author_url="javascript:alert(7)"
        ),
        Comment(9006, 4202, "Digger", when, "<blockquote>" * 5_000 + "far down" + "</blockquote>" * 5_000),
        Comment(9007, 4202, "Shouter", when, "loud " * 100_000),
    ]


def fill_hostile(store: Store) -> None:
    """Puts them in."""
    store.add(*posts(), *comments())
