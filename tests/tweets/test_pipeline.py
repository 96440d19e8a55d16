import asyncio
import sqlite3

import pytest
import scrapy
from scrapy.utils.test import get_crawler

from newsarchive.items import Article, Comment, CommentThread, EmbeddedTweet, Tweet
from newsarchive.tweets import find_references
from newsarchive.tweets.log import ObservationLog
from newsarchive.tweets.outcome import Content, Observation
from pipelines.tweets import TweetsPipeline

A, B = "1234567890123456789", "1234567890987654321"
URL, OTHER = f"https://twitter.com/first_acc/status/{A}", f"https://twitter.com/second_acc/status/{B}"
QUOTE = (
    '<blockquote class="twitter-tweet"><p lang="en">Quoted words</p>&mdash; First (@first_acc) '
    f'<a href="{URL}">March 2, 2020</a></blockquote>'
)


@pytest.fixture
def pipeline(tmp_path):
    """Makes pipelines over one archive; ``process`` puts an item through."""

    def make(**settings):
        known = {"NEWSARCHIVE_STORE": str(tmp_path), "NEWSARCHIVE_TWEET_RESOLVERS": "markup", **settings}
        crawler = get_crawler(settings_dict=known)
        crawler.spider = scrapy.Spider("tester")
        made = TweetsPipeline.from_crawler(crawler)
        made.open_spider()

        def process(item):
            return asyncio.run(made.process_item(item))

        made.process = process
        opened.append(made)
        return made

    opened = []
    yield make
    for made in opened:
        asyncio.run(made.close_spider())


def known_of(tmp_path, *observations):
    """Puts observations into the log before a pipeline opens it."""
    log = ObservationLog(tmp_path / "tweets.sqlite3")
    log.append(observations)
    log.close()


def found(tweet_id=A, **content):
    """That the API has found a tweet."""
    return Observation(
        id=tweet_id, resolver="xapi", endpoint="xapi.tweets", answer="found", at="2026-11-01T00:00:00Z", http_status=200,
        content=Content(text="Words of the API", author_name="First", **content), url="https://api.example/2/tweets",
    )  # fmt: skip


def article(html, **more):
    """An article as its parser leaves it."""
    return Article(id="s/1", site="s", url="https://s.example/1/", html=html, tweets=find_references(html), **more)


def test_references_of_the_parser_are_filled_from_the_log(pipeline, tmp_path):
    known_of(tmp_path, found(author_id="12"))
    item = pipeline().process(article(f"<p>{URL}</p><p>{OTHER}</p>"))
    first, second = item.tweets
    assert (first.text, first.state, first.resolver, first.author_id) == ("Words of the API", "available", "xapi", "12")
    assert (first.state_checked_at, first.resolved_at) == ("2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z")
    assert [(one.resolver, one.http_status, one.outcome) for one in first.evidence] == [("xapi", 200, "found")]
    assert (second.text, second.state, second.evidence) == (None, "unresolved", [])


def test_what_the_markup_tells_of_the_place_stays(pipeline, tmp_path):
    known_of(tmp_path, found())
    [tweet] = pipeline().process(article(QUOTE)).tweets
    assert (tweet.form, tweet.kind, tweet.position, tweet.printed_date) == ("blockquote", "embed", 0, "March 2, 2020")
    assert tweet.created_at == "2020-03-02T19:54:56.824Z"


def test_a_quote_in_one_document_serves_all_others(pipeline):
    made = pipeline()
    made.process(article(QUOTE))
    [tweet] = made.process(
        Article(id="s/2", url="https://s.example/2/", tweets=find_references(f"<p>{URL}</p>"))
    ).tweets
    assert (tweet.text, tweet.author_name, tweet.state, tweet.resolver) == (
        "Quoted words",
        "First",
        "archived",
        "markup",
    )


def test_the_same_quote_is_kept_once(pipeline, tmp_path):
    made = pipeline()
    for number in range(5):
        made.process(Article(id=f"s/{number}", url=f"https://s.example/{number}/", tweets=find_references(QUOTE)))
    with sqlite3.connect(tmp_path / "tweets.sqlite3") as connection:
        assert connection.execute("SELECT count(*) FROM observation").fetchone() == (1,)
        assert connection.execute("SELECT refs FROM tweet WHERE id = ?", (A,)).fetchone() == (5,)
    connection.close()


def test_comments_of_a_thread_are_filled(pipeline, tmp_path):
    known_of(tmp_path, found())
    html = f'<p>See <a href="{URL}">{URL}</a></p>'
    comments = [Comment(id="1", html=html, tweets=find_references(html)), Comment(id="2", html="<p>no</p>")]
    item = pipeline().process(CommentThread(id="s/1", url="https://s.example/1/", comments=comments))
    assert [tweet.text for tweet in item.comments[0].tweets] == ["Words of the API"]
    assert item.comments[1].tweets == []


def test_a_dict_without_references_gets_them_from_its_markup(pipeline, tmp_path):
    known_of(tmp_path, found())
    item = pipeline().process({"url": "https://s.example/1/", "html": f"<p>{URL}</p>"})
    assert [(tweet["id"], tweet["text"], tweet["form"]) for tweet in item["tweets"]] == [
        (A, "Words of the API", "bare_url")
    ]


def test_a_scrapy_item_of_another_project_is_filled(pipeline, tmp_path):
    class Story(scrapy.Item):
        url = scrapy.Field()
        text = scrapy.Field()
        tweets = scrapy.Field()

    known_of(tmp_path, found())
    item = pipeline().process(Story(url="https://s.example/1/", text=f"Words\n{URL}"))
    assert [tweet.text for tweet in item["tweets"]] == ["Words of the API"]


def test_items_that_have_no_place_for_tweets_pass_untouched(pipeline):
    class Weather(scrapy.Item):
        text = scrapy.Field()

    made = pipeline()
    for item in (Weather(text=URL), {"text": "dry"}, Tweet(id=A), "not an item", 7):
        assert made.process(item) is item


def test_tweets_of_another_make_are_left_out_of_the_look_up_and_cost_no_item(pipeline):
    item = pipeline().process({"tweets": [{"id": 7}, "x"], "html": "<p>none</p>"})
    assert item["tweets"] == [{"id": 7}, "x"]


def test_an_id_that_does_not_go_with_the_articles_time_is_marked(pipeline):
    [early] = pipeline().process(article(f"<p>{URL}</p>", published_at="2019-03-07T12:00:00Z")).tweets
    assert [(one.resolver, one.outcome) for one in early.evidence] == [
        ("snowflake", "doubtful: posted after the article")
    ]
    [right] = pipeline().process(article(f"<p>{URL}</p>", published_at="2020-03-07T12:00:00Z")).tweets
    assert right.evidence == []


def test_a_locator_becomes_a_tweet_once_it_is_proven(pipeline, tmp_path):
    known_of(
        tmp_path,
        Observation(id="t.co/AbCdEf12Gh", resolver="tco", endpoint="tco", answer="status", at="2026-11-01T00:00:00Z",
                    content=Content(status_id=A, handle="first_acc")),
    )  # fmt: skip
    html = "<p>Words pic.twitter.com/AbCdEf12Gh — First (@first_acc) March 2, 2020</p>"
    [tweet] = pipeline().process(article(html)).tweets
    assert (tweet.id, tweet.url, tweet.kind) == (A, URL, "embed")
    assert tweet.created_at_source == "snowflake"


def test_a_mirror_from_the_settings_is_known(pipeline, tmp_path):
    known_of(tmp_path, found())
    html = f'<p><a href="https://mirror.example/first_acc/status/{A}">here</a></p>'
    made = pipeline(NEWSARCHIVE_TWEET_MIRRORS="mirror.example, other.example")
    assert [tweet.text for tweet in made.process(article(html)).tweets] == ["Words of the API"]


def test_a_log_that_cannot_be_opened_costs_no_item(pipeline, tmp_path):
    (tmp_path / "tweets.sqlite3").mkdir()
    [tweet] = pipeline().process(article(QUOTE)).tweets
    assert (tweet.text, tweet.state) == ("Quoted words", "archived")


def test_a_log_that_breaks_on_the_way_costs_no_item(pipeline):
    made = pipeline()
    made.service.log.close()
    [tweet] = made.process(article(QUOTE)).tweets
    assert (tweet.text, tweet.state) == ("Quoted words", "archived")
    made.service = None


def test_a_log_that_breaks_on_the_way_is_told_of_once(pipeline, caplog):
    made = pipeline()
    made.service.log.close()
    for number in range(3):
        made.process(article(f"{QUOTE}<p>{number}</p>"))
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        "tweets: the log of observations cannot be used: Cannot operate on a closed database."
    ]
    made.service = None


def test_references_are_counted(pipeline):
    made = pipeline()
    made.process(article(f"{QUOTE}<p>{OTHER}</p>"))
    assert made.crawler.stats.get_value("newsarchive/tweets/references") == 2
    assert made.crawler.stats.get_value("newsarchive/tweets/unresolved") == 1


def test_a_resolver_that_does_not_exist_stops_the_crawl_at_its_start(pipeline):
    with pytest.raises(ValueError, match="'nowhere' is none of markup"):
        pipeline(NEWSARCHIVE_TWEET_RESOLVERS=["nowhere"])


def test_an_embedded_tweet_without_id_or_code_passes(pipeline):
    item = pipeline().process(Article(id="s/1", tweets=[EmbeddedTweet(kind="locator", form="locator", handle="a")]))
    assert item.tweets[0].state == "unresolved"
