"""Every article of the sample site, read from its page in three themes and by REST: true, and the same both ways."""

import json
import urllib.request
from collections.abc import Iterator

import pytest

from newsarchive.content import changed_fields, fingerprint
from newsarchive.wordpress import article_from_html, article_from_rest
from spiders.southfront import SouthFrontSpider
from tests.crawling import reading_differences
from tests.sites import SampleSite

QUIRKS = SouthFrontSpider.quirks


@pytest.fixture(scope="module", params=["classic", "block", "southfront"])
def site(request: pytest.FixtureRequest) -> Iterator[SampleSite]:
    with SampleSite(theme=request.param) as site:
        yield site


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:  # loopback
        return answer.read()


def test_each_page_reads_as_it_is(site: SampleSite) -> None:
    wrong = []
    for post in site.truth():
        if "nextpage" in post["special"]:
            continue  # its other pages are other requests
        article = article_from_html(get(post["url"]), post["url"], site="southfront", quirks=QUIRKS)
        assert article.id == f"southfront/{post['id']}"
        wrong += [f"{post['id']} {post['special']} {said}" for said in reading_differences(article, post)]
    assert wrong == []


def test_a_page_and_rest_give_the_same_article(site: SampleSite) -> None:
    posts = json.loads(get(f"{site.url}/wp-json/wp/v2/posts?per_page=100&_embed=author,wp:term,wp:featuredmedia"))
    differ = {}
    for post in posts:
        if (
            post["content"]["protected"]
            or "<!--nextpage" in post["content"]["rendered"]
            or post["slug"] == "the-long-way-round"
        ):
            continue
        by_rest = article_from_rest(post, site="southfront", base_url=site.url, quirks=QUIRKS)
        assert by_rest is not None
        by_page = article_from_html(get(post["link"]), post["link"], site="southfront", quirks=QUIRKS)
        fields = changed_fields(fingerprint(by_rest), fingerprint(by_page), same_way=False)
        if fields:
            differ[post["slug"]] = fields
    assert differ == {}
