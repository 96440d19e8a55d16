"""How a thread is opened, against a page that only says what a script would: no browser needed."""

import asyncio
from typing import Any

from newsarchive.browser.pressing import Limits, Thread, open_thread, pass_challenge


class ScriptedPage:
    """A page whose state is a list of pictures; a press shows the next one, and time passes as it is waited for."""

    def __init__(self, *states: dict[str, Any], on_press: bool = True) -> None:
        nothing = {"declared": None, "shown": 0, "view": 0, "more": 0, "replies": 0, "cut": 0, "section": True}
        self.states = [{**nothing, **state} for state in states]
        self.on_press = on_press
        self.now = 0.0
        self.pressed: list[str] = []

    async def evaluate(self, expression: str, arg: Any = None) -> Any:
        if arg is not None:
            self.pressed.append(arg)
            if self.on_press and len(self.states) > 1:
                self.states.pop(0)
            return 1
        return self.states[0] if "replies.length" in expression else None

    async def wait_for_timeout(self, timeout: float) -> None:
        self.now += timeout / 1000

    async def content(self) -> str:
        return "challenge" if self.now < 3 else "page"

    def opened(self, limits: Limits | None = None) -> Thread:
        return asyncio.run(open_thread(self, limits, lambda: self.now))


def test_a_thread_that_is_all_there_needs_no_press() -> None:
    page = ScriptedPage({"declared": 3, "shown": 3, "more": 1})
    assert page.opened() == Thread(declared=3, shown=3, presses=0, stopped="all")


def test_more_is_pressed_until_the_declared_count_is_shown() -> None:
    page = ScriptedPage(
        {"declared": 9, "shown": 3, "more": 1}, {"declared": 9, "shown": 6, "more": 1}, {"declared": 9, "shown": 9}
    )
    assert page.opened() == Thread(declared=9, shown=9, presses=2, stopped="all")
    assert page.pressed == ["more", "more"]


def test_the_view_button_comes_first_then_replies_then_cut_texts() -> None:
    page = ScriptedPage(
        {"declared": 4, "view": 1},
        {"declared": 4, "shown": 2, "replies": 1, "cut": 1, "more": 1},
        {"declared": 4, "shown": 3, "cut": 1, "more": 1},
        {"declared": 4, "shown": 3, "more": 1},
        {"declared": 4, "shown": 4},
    )
    assert page.opened().stopped == "all"
    assert page.pressed == ["view", "replies", "cut", "more"]


def test_all_shown_but_cut_is_not_yet_all() -> None:
    page = ScriptedPage({"declared": 2, "shown": 2, "cut": 1}, {"declared": 2, "shown": 2})
    assert page.opened().presses == 1


def test_a_button_that_brings_nothing_is_given_up() -> None:
    page = ScriptedPage({"declared": 9, "shown": 3, "more": 1}, on_press=False)
    thread = page.opened(Limits(answer_seconds=1, fruitless=3))
    assert (thread.stopped, thread.presses, thread.shown) == ("fruitless", 3, 3)
    assert page.now < 5


def test_a_page_without_a_thread_is_left_soon() -> None:
    page = ScriptedPage({"section": False})
    assert page.opened(Limits(quiet_seconds=1)).stopped == "end"
    assert page.now < 2


def test_a_list_that_comes_by_script_is_waited_for() -> None:
    page = ScriptedPage({"declared": 5, "shown": 0})
    assert page.opened(Limits(quiet_seconds=1, answer_seconds=6)).stopped == "end"
    assert 6 <= page.now < 7


def test_a_thread_without_end_is_ended_by_time() -> None:
    page = ScriptedPage(*({"shown": n, "more": 1} for n in range(10_000)))
    assert page.opened(Limits(seconds=5)).stopped == "time"


def test_a_challenge_that_passes_is_waited_for_and_one_that_stays_is_not() -> None:
    page = ScriptedPage({})
    assert asyncio.run(pass_challenge(page, lambda body: body == b"challenge", 20, lambda: page.now)) is True
    page = ScriptedPage({})
    assert asyncio.run(pass_challenge(page, lambda body: True, 20, lambda: page.now)) is False
    assert 20 <= page.now < 21
