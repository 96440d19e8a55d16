"""The services that can be asked about tweets. Adding one is one class: a name, its lane, `request` and `parse`."""

from collections.abc import Sequence
from importlib import import_module

from newsarchive.tweets.resolvers.base import Context, Resolver
from newsarchive.tweets.resolvers.fxtwitter import FxTwitter
from newsarchive.tweets.resolvers.oembed import OEmbed
from newsarchive.tweets.resolvers.syndication import Syndication
from newsarchive.tweets.resolvers.tco import TCo
from newsarchive.tweets.resolvers.wayback import Wayback
from newsarchive.tweets.resolvers.xapi import XApi

KNOWN: dict[str, type[Resolver]] = {one.name: one for one in (XApi, OEmbed, Wayback, Syndication, FxTwitter, TCo)}
DEFAULT = ("markup", "xapi", "oembed", "wayback")

__all__ = ["DEFAULT", "KNOWN", "Context", "Resolver", "load"]


def load(names: Sequence[str], context: Context) -> list[Resolver]:
    """The resolvers named in the settings, in their order: by short name or as ``package.module.Class``.

    ``markup`` is no resolver to ask: the pages' own words always come first. Raises ValueError for a name that is none.
    """
    found: list[Resolver] = []
    for name in names:
        if name == "markup":
            continue
        if name in KNOWN:
            found.append(KNOWN[name](context))
            continue
        module, _, kind = name.rpartition(".")
        try:
            made = getattr(import_module(module), kind) if module else None
        except (ImportError, AttributeError) as error:
            raise ValueError(f"NEWSARCHIVE_TWEET_RESOLVERS: {name!r} cannot be imported ({error})") from error
        if not (isinstance(made, type) and issubclass(made, Resolver)):
            known = ", ".join(("markup", *KNOWN))
            raise ValueError(f"NEWSARCHIVE_TWEET_RESOLVERS: {name!r} is none of {known}, nor the path of a Resolver")
        found.append(made(context))
    return found
