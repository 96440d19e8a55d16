"""``python -m tests.sites``: serves the sample site until it is interrupted, its address on the first line."""

import argparse
import json
import time
from typing import Any, get_args

from .faults import Fault, FaultRule
from .options import Comments, Rest, Sitemap, Theme
from .server import SampleSite


def options(arguments: list[str] | None = None) -> dict[str, Any]:
    """The command line as arguments of `SampleSite`."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.sites", description="Serves the sample news site and prints its address."
    )
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--theme", choices=get_args(Theme), default="southfront")
    parser.add_argument("--rest", choices=get_args(Rest), default="on")
    parser.add_argument("--sitemap", choices=get_args(Sitemap), default="core")
    parser.add_argument("--comments", choices=get_args(Comments), default="wpdiscuz")
    parser.add_argument("--no-feeds", dest="feeds", action="store_false")
    parser.add_argument("--no-gzip", dest="gzip", action="store_false")
    parser.add_argument(
        "--no-articles", dest="articles", action="store_false", help="leave the hand-written articles out"
    )
    parser.add_argument("--hostile", action="store_true", help="articles that mean harm besides")
    parser.add_argument("--endless", action="store_true", help="lists that never end")
    parser.add_argument("--n-articles", type=int, default=0, help="how many made-up articles besides")
    parser.add_argument("--comments-per-article", type=int, default=6)
    parser.add_argument("--tweets-per-100-articles", type=int, default=60)
    parser.add_argument("--page-comments", action="store_true", help="native comments in pages")
    parser.add_argument("--page-cache", action="store_true")
    parser.add_argument("--day-permalinks", action="store_true")
    parser.add_argument("--seo", action="store_true")
    parser.add_argument("--noise", action="store_true")
    parser.add_argument("--base-path", default="")
    parser.add_argument("--latency-seconds", type=float, default=0.0)
    parser.add_argument(
        "--wpdiscuz",
        type=json.loads,
        default=None,
        metavar="JSON",
        help='settings of the plugin, for instance {"version": "7.6.47", "per_page": 20}',
    )
    parser.add_argument(
        "--hidden",
        dest="hidden_percent",
        type=json.loads,
        default=None,
        metavar="JSON",
        help='{"rest": 3, "sitemap": 3}',
    )
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND[,KIND][@EVERY][~PATH]",
        help=f"kinds: {', '.join(get_args(Fault))}; 500@10 is a 500 at each tenth request",
    )
    parser.add_argument("--keep-answers", action="store_true", help="make each answer once (for benchmarks)")
    parser.add_argument("--control", action="store_true", help="let POST /__control__ edit the site")
    found = {name: value for name, value in vars(parser.parse_args(arguments)).items() if value is not None}
    found["faults"] = [rule(text) for text in found.pop("fault")]
    return found


def rule(text: str) -> FaultRule:
    """``500,reset@10~/feed`` as a rule."""
    head, _, path = text.partition("~")
    kinds, _, every = head.partition("@")
    return FaultRule(tuple(kinds.split(",")), every=int(every or 1), path=path)  # type: ignore[arg-type]


def main() -> None:
    """Serves until interrupted."""
    with SampleSite(**options()) as site:
        print(site.url + "/", flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            pass  # the way to stop it


if __name__ == "__main__":
    main()
