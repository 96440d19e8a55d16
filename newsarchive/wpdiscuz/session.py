"""The nonce that wpDiscuz 7.6.44 and later ask of a reader: got once, used for the whole crawl."""

import re
from collections.abc import Mapping

from newsarchive.fetch import Answer
from newsarchive.wpdiscuz.settings import Thread

_COOKIE = re.compile(r"(?:^|[\n,;]\s*)(wpdiscuz_nonce_[0-9A-Za-z]{1,64})=([0-9A-Za-z]{1,64})")


class WpdiscuzSession:
    """The nonces of one crawl, by their cookie's name. Guests all have the same one, for every post, for 12 to 24 hours.

    Versions differ in where they take it from (.44-.49 the cookie alone, .52 on the field, else the cookie) and .13-.41 ask
    for none: so it is always sent as both, where it is known.
    """

    def __init__(self) -> None:
        self._nonces: dict[str, str] = {}
        self.dead: set[str] = set()
        """Cookie names for which the site gives no nonce that it takes: asking again for every article would be in vain."""

    def learn(self, answer: Answer) -> bool:
        """Keeps the nonce that an answer sets as a cookie; whether there was one."""
        learned = False
        for name, value in _COOKIE.findall(answer.headers.get("set-cookie", "")):
            self._nonces[name] = value
            self.dead.discard(name)
            learned = True
        return learned

    def keep(self, thread: Thread, nonce: str) -> None:
        """Keeps a nonce that was given in an answer's body."""
        self._nonces[self.cookie(thread)] = nonce

    def drop(self, thread: Thread) -> None:
        """Forgets a nonce that the site does not take any more."""
        self._nonces.pop(self.cookie(thread), None)

    def nonce(self, thread: Thread) -> str | None:
        """The nonce for this thread's site; None where none is known."""
        return self._nonces.get(self.cookie(thread))

    def cookie(self, thread: Thread) -> str:
        """The name of the site's nonce cookie; where the page does not tell it, that of the last one set."""
        if thread.cookiehash is None:
            return next(reversed(self._nonces), "wpdiscuz_nonce_")
        return f"wpdiscuz_nonce_{thread.cookiehash}"

    def sign(self, thread: Thread, form: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """The form with the nonce in its field, and the headers with it as a cookie; unchanged where none is known."""
        nonce = self.nonce(thread)
        if nonce is None:
            return dict(form), {}
        return {**form, thread.nonce_name: nonce}, {"Cookie": f"{self.cookie(thread)}={nonce}"}
