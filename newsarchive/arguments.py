"""Spider arguments (`scrapy crawl NAME -a name=value`): typed, checked before the first request, explained in one place."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from newsarchive.dates import parse_iso

T = TypeVar("T")


class ArgumentError(ValueError):
    """One or more spider arguments cannot be used; the message names each and says what it takes."""


def argument(parse: Callable[[str], Any], default: Any, takes: str, help: str) -> Any:
    """A dataclass field that is a spider argument: how its text is read, what it takes and what it does, for people."""
    return field(default=default, metadata={"parse": parse, "takes": takes, "help": help})


def read_arguments(kind: type[T], given: Mapping[str, str]) -> T:
    """`kind`, a dataclass of `argument` fields, filled from the text of `-a name=value`.

    Names that start with an underscore are the scheduler's own (Scrapyd sends `_job` and `_version`) and are passed
    over. Raises ArgumentError that lists everything wrong at once.
    """
    known = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]
    values, wrong = {}, []
    for name, text in given.items():
        if name.startswith("_"):
            continue
        if name not in known:
            wrong.append(f"-a {name}=…: there is no such argument; there are {', '.join(known)}")
            continue
        try:
            values[name] = known[name].metadata["parse"](text) if isinstance(text, str) else text
        except ValueError as error:
            detail = f" ({error})" if str(error) else ""
            wrong.append(f"-a {name}={text}: takes {known[name].metadata['takes']}{detail}")
    if wrong:
        raise ArgumentError("\n".join(wrong))
    return kind(**values)


def describe(kind: type) -> list[tuple[str, str, str, str]]:
    """(name, what it takes, default, what it does) of every argument of `kind`, in order."""
    rows = []
    for f in fields(kind):
        default = ",".join(f.default) if isinstance(f.default, tuple) else "" if f.default is None else str(f.default)
        rows.append((f.name, f.metadata["takes"], default, f.metadata["help"]))
    return rows


def one_of(*choices: str) -> Callable[[str], str]:
    """A parser that takes one of `choices`."""

    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError
        return text

    return parse


def whole_number(text: str) -> int:
    """A whole number from 1 up."""
    if not re.fullmatch(r"0*[1-9][0-9]{0,17}", text.strip()):
        raise ValueError
    return int(text)


def switch(text: str) -> bool:
    """1, true, yes or on; 0, false, no or off."""
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if text.lower() not in known:
        raise ValueError
    return known[text.lower()]


def post_types(text: str) -> tuple[str, ...]:
    """Types of posts as REST's addresses name them, comma separated; ``post`` means ``posts``, as in the rest of WordPress."""
    names = [name.strip() for name in text.split(",")]
    if not all(re.fullmatch(r"[a-z0-9_-]{1,40}", name) for name in names):
        raise ValueError
    return tuple(dict.fromkeys("posts" if name == "post" else name for name in names))


def web_address(text: str) -> str:
    """An absolute http or https address, with a slash at its end."""
    parts = urlsplit(text.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError
    if parts.username or parts.password:
        raise ValueError("a user name or a password has no place in it")
    _ = parts.port  # raises ValueError where it is no number
    if parts.query or parts.fragment:
        raise ValueError("without ? or #")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/"


def moment(now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)) -> Callable[[str], datetime]:
    """A parser of dates (``2019-03-07``), times (``2019-03-07T14:00Z``) and ages (``7d``, ``12h``, ``6w``) into UTC."""

    def parse(text: str) -> datetime:
        age = re.fullmatch(r"(\d{1,5})([hdw])", text.strip())
        if age:
            unit = {"h": "hours", "d": "days", "w": "weeks"}[age[2]]
            return now() - timedelta(**{unit: int(age[1])})
        found = parse_iso(text)
        if found is None:
            raise ValueError
        return found

    return parse


def addresses(text: str) -> tuple[str, ...]:
    """Addresses from a comma list, or from a file with one a line (blank lines and ``#`` comments are passed over).

    Lines that are no address are kept: the crawl names each and goes on with the rest.
    """
    text = text.strip()
    if not text:
        raise ValueError
    if "://" not in text.partition(",")[0]:
        path = Path(text)
        if not path.is_file():
            raise ValueError(f"there is no file {text}")
        if path.stat().st_size > 64 * 1024 * 1024:
            raise ValueError(f"{text} is larger than 64 MB")
        lines = path.read_bytes().decode("utf-8", "replace").splitlines()
        found = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    else:
        found = [part.strip() for part in text.split(",") if part.strip()]
    if not found:
        raise ValueError("it holds none")
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, kw_only=True)
class CrawlArguments:
    """What a site's spider can be told."""

    url: str | None = argument(
        web_address,
        None,
        "an address (https://example.org/)",
        "where the site is: a mirror, a staging copy, a local site",
    )
    since: datetime | None = argument(
        moment(),
        None,
        "a date, a time or an age (2019-03-07, 2019-03-07T14:00Z, 7d)",
        "only articles published from then on",
    )
    until: datetime | None = argument(
        moment(),
        None,
        "a date, a time or an age (2019-03-07, 2019-03-07T14:00Z, 7d)",
        "only articles published before then",
    )
    urls: tuple[str, ...] = argument(
        addresses, (), "addresses, comma separated, or a file of them", "only these articles"
    )
    limit: int | None = argument(whole_number, None, "a whole number from 1 up", "stop after so many articles")
    via: str = argument(
        one_of("auto", "rest", "page", "browser"), "auto", "auto, rest, page or browser", "how articles are read"
    )
    comments: str = argument(
        one_of("auto", "rest", "ajax", "page", "browser", "none"),
        "auto",
        "auto, rest, ajax, page, browser or none",
        "how comments are read",
    )
    discover: str = argument(
        one_of("auto", "rest", "sitemap", "feed", "archives", "all"),
        "auto",
        "auto, rest, sitemap, feed, archives or all",
        "how articles are found; all asks every source and says what each missed",
    )
    post_types: tuple[str, ...] = argument(
        post_types,
        ("posts",),
        "names in REST's addresses (/wp-json/wp/v2/NAME), comma separated",
        "which types of posts are asked of REST",
    )
    full: bool = argument(switch, False, "1 or 0", "read everything again, changed or not")

    def __post_init__(self) -> None:
        if self.since and self.until and self.since >= self.until:
            raise ArgumentError("-a until=… is not after -a since=…: no article was published between them")

    @property
    def narrowed(self) -> list[str]:
        """Names of the arguments given that ask for a part of the site's articles alone."""
        return [name for name in ("since", "until", "urls", "limit") if getattr(self, name)]
