"""Random trees under random settings: ids and parents equal, or the right number missing."""

import random

import pytest

from newsarchive.items import CommentThread
from tests.sites.wpdiscuz_sim import SimComment, SimPost, Site
from tests.threads.reading import grown, read, shape, site_with, truth

FAULTS = ("lost", "cut", "500", "503", "429", "database", "zero", "nonce", "empty", "refused")


def any_site(rng: random.Random, most: int) -> tuple[Site, SimPost, bool]:
    """A site with random settings and a random tree, and whether its REST may be asked."""
    native, paginate = rng.random() < 0.15, rng.random() < 0.2
    threaded = native or rng.random() < 0.85
    settings = {
        "version": rng.choice(["7.6.13", "7.6.41", "7.6.44", "7.6.47", "7.6.49", "7.6.52", "7.6.54"]),
        "per_page": rng.choice([2, 5, 20, 50]),
        "order": rng.choice(["oldest", "newest"] if paginate else ["oldest", "newest", "by_vote"]),
        "first_load_with_ajax": 0 if native or paginate else rng.choice([0, 0, 1, 2]),
        "load_type": rng.choice([0, 1, 2, 3]),
        "parents_only": threaded and rng.random() < 0.25,
        "paginate": paginate,
        "newest_page_first": rng.random() < 0.5,
        "threaded": threaded,
        "thread_depth": 12 if native else rng.choice([1, 2, 5, 10]),
        "readmore_words": rng.choice([0, 0, 8]),
        "separate_votes": rng.random() < 0.3,
        "custom_endpoint": rng.random() < 0.2,
        "page_cache": rng.random() < 0.2,
        "rest": rng.random() < 0.5,
        "native": native,
        "layout": rng.choice([1, 2, 3]),
    }
    settings["sort_buttons"] = settings["order"] == "by_vote" or rng.random() < 0.8
    comments = grown(rng, rng.choice([0, 1, 3, 10, 40, most]), rng.randint(1, 12))
    if comments and rng.random() < 0.3:
        comments.append(SimComment(id=9_000_001, kind="wpdiscuz_sticky", content="<p>Pinned.</p>"))
    for hidden in rng.sample(range(5000, 5100), 3 if comments else 0):
        comments.append(
            SimComment(id=hidden, status=rng.choice(["pending", "spam", "trash"]), content="<p>Hidden.</p>")
        )
    site, post = site_with(comments, **settings)
    return site, post, bool(settings["rest"])


def assert_honest(thread: CommentThread, post: SimPost) -> None:
    """Complete and equal to the truth, or incomplete by the right number; never anything that is not there."""
    there, got = truth(post), shape(thread)
    assert got.keys() <= there.keys()
    if thread.complete:
        assert got == there
        assert thread.missing is None
    else:
        assert thread.missing is not None
        assert thread.missing.reason
        if thread.missing.count is not None:
            assert thread.missing.count == len(there) - len(got)
    assert thread.count == len(thread.comments) == len(got)


@pytest.mark.parametrize("seed", range(60))
def test_every_tree_comes_whole_under_any_settings(seed: int) -> None:
    rng = random.Random(seed)
    site, post, rest = any_site(rng, 120)
    thread = read(site, post, rest=rest)
    assert thread.complete, thread.missing
    assert_honest(thread, post)
    real = {str(c.id): c for c in post.approved()}
    for comment in thread.comments:
        assert comment.text == real[comment.id].content.removeprefix("<p>").removesuffix("</p>")
        assert comment.author == real[comment.id].author
        assert (comment.posted_at or "")[:16] == f"{real[comment.id].posted:%Y-%m-%dT%H:%M}"
        if not site.settings.native:
            assert comment.votes == real[comment.id].votes
            assert comment.edited == real[comment.id].edited


@pytest.mark.parametrize("seed", range(120))
def test_a_fault_anywhere_is_made_good_or_owned_up_to(seed: int) -> None:
    rng = random.Random(10_000 + seed)
    site, post, rest = any_site(rng, 80)
    for number in rng.sample(range(1, 14), rng.choice([1, 1, 2, 4])):
        site.faults[number] = rng.choice(FAULTS)
    assert_honest(read(site, post, rest=rest), post)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_two_thousand_comments_come_whole(seed: int) -> None:
    rng = random.Random(20_000 + seed)
    site, post = site_with(
        grown(rng, 2000, rng.choice([1, 4, 12])),
        version=rng.choice(["7.6.41", "7.6.47", "7.6.54"]),
        order=rng.choice(["oldest", "newest", "by_vote"]),
        first_load_with_ajax=seed % 2,
        parents_only=seed == 5,
    )
    thread = read(site, post)
    assert thread.complete
    assert_honest(thread, post)
