"""What stands in a page beside an article: known by the class names that WordPress, its themes and its plugins give it.

A name is read word by word (``entry-meta`` is "entry", "meta"): four tables of words are asked, so that a name costs a
few look-ups, and a theme's variation on a known name is known, too.
"""

import re
from functools import lru_cache
from itertools import pairwise

from lxml import etree
from lxml.html import HtmlElement


def word_set(names: str) -> frozenset[str]:
    return frozenset(names.split())


# A name of which one word, wherever it stands, says it.
_ANYWHERE = word_set("""
ad ads
share shares sharing sharer sharethis shareaholic sharedaddy sharebuttons social socials socialmedia socialize sociable shariff
related relatedposts yarpp crp zergnet outbrain taboola mgid revcontent plista ligatus nrelate linkwithin
newsletter newsletters subscribe subscription subscriptions subscriber signup optin mailchimp mc4wp mailpoet convertkit
sidebar sidebars breadcrumb breadcrumbs pagination pagenavi pager
advert adverts advertise advertising advertisement advertisements adsense adsbygoogle adslot adbox adblock adwrap adcontainer
adrotate admanager advads werbung anzeige anzeigen publicidad publicite sponsor sponsored sponsors banner banners
donate donation donations patreon paypal kofi
comments commentlist commentform respond disqus wpdcom nocomments livefyre
byline authorbox authorbio authorinfobox aboutauthor biographia molongui wpautbox saboxplugin postmeta postmetadata entrymeta postnav postinfo posttags tagcloud
popup modal cookie cookies gdpr paywall navbar
coauthors flattr socialwrap ratingblock lesezeit lesedauer inhaltsverzeichnis spendenbox spendenaufruf recommended recommendations recirculation recirc borlabscookie brlbs disclaimer copyrights teilen crosssell upsell
""")  # fmt: skip

# A name that begins with the word.
_FIRST = word_set("""
sd jp a2a addtoany addthis heateor sfsi essb ssba mashsb swp dpsp novashare juiz getsocial wabtn ssk rrssb monarch
rp4wp rpwe wpdiscuz wpd dsq widget widgets textwidget nav navigation navlinks menu
ad ads adv adinserter quads wpinsert dfp gpt rmp yasr kk pvc tptn wpp abh tnp gform wpcf7 wpforms wordads
simplesocialbuttons scriptlesssocialsharing wpusb pinit wpulike printfriendly cmplz wprp upprev zem relpost irp contextly simpletoc
steady aawp sexybookmarks shr citate lwptoc toc trackback pingback colophon vgwort gtranslate msls wpml qtranxs cta follow
""")  # fmt: skip

# Two words that stand side by side.
_PAIRS = frozenset(
    (first, second)
    for firsts, seconds in (
        (
            "post entry article single blog story page",
            "meta metas metadata footer foot info infos tags tag tagged categories category cats nav navi navigation pager byline "
            "date dates views view rating ratings likes utility author credits actions tools topics taxonomies taxonomy terms comments bottom publisher",
        ),
        ("author about autor", "box bio info about block card description desc details meta area section profile vcard avatar author data widget"),
        ("guest writer contributor", "bio"),
        ("ts", "fab"),
        ("multiple", "authors"),
        ("sexy", "bookmarks"),
        ("ueber uber", "autor autorin"),
        ("spenden", "box aufruf button banner"),
        ("artikel beitrag beitrags", "nav navi navigation"),
        ("google", "translate"),
        ("video", "overlay"),
        ("privacy", "overlay"),
        ("powerpress", "links subscribe"),
        ("series", "box nav navigation toc meta"),
        ("block", "query"),
        ("about", "the"),
        ("you your", "may might"),
        ("more also", "posts post articles stories news like from reading link"),
        ("read reading", "more next also time estimate"),
        ("popular trending latest recent similar next prev previous random", "posts post articles article stories story news reads read entries"),
        ("prev next previous", "next prev previous"),
        ("lee lea leer leia lire leggi lies lees", "tambien tambem aussi anche auch ook"),
        ("stream", "item"),
        ("fb facebook", "like share save comments page root"),
        ("pin like tweet", "it button buttons box me"),
        ("comment", "list form respond area wrap wrapper template link reply count box block section notes policy"),
        ("code google", "block auto ads ad"),
        ("in inline inner inarticle content post page top bottom middle single", "ad ads adv"),
        ("ad", "container"),
        ("support", "us"),
        ("tip", "jar"),
        ("call", "to"),
        ("app", "download"),
        ("print", "only no"),
        ("sticky", "prev next"),
        ("snippet", "button buttons"),
        ("recipe", "buttons jump"),
        ("vc", "cta cta3"),
        ("page", "footer"),
        ("wp", "pagenavi rp likes ulike postratings polls email"),
        ("ez rank aioseo uagb elementor", "toc"),
        ("ai", "viewport viewports"),
        ("affiliate", "disclosure disclaimer notice"),
        ("math", "toc breadcrumb"),
        ("toc table", "container of"),
        ("tag tags cat cats category categories filed posted", "links link list cloud in on by under"),
        ("edit screen sr back skip top", "link reader only to"),
        ("link wp", "pages"),
        ("post page", "links"),
        ("copyright", "notice"),
        ("site", "header footer info navigation branding"),
        ("language lang", "switcher chooser selector sel"),
        ("block", "latest search archives categories calendar rss loginout button buttons avatar navigation"),
        ("series", "nav links toc meta"),
        ("star post wp", "ratings rating"),
        ("login", "form"),
        ("contact email", "form"),
    )
    for first in firsts.split()
    for second in seconds.split()
)  # fmt: skip

# The whole name.
_WHOLE = word_set("""
comment replies reply meta metadata gravatar avatar vcard hidden hide noprint permalink footer wpcnt wpa widget
nextpage next-post prev-post previous-post screen-reader-text visually-hidden visuallyhidden assistive-text more-link
entry-author m-a-box post-views page-links g-plusone tagged filed copyright related-entry tags taglist disclaimer
""")  # fmt: skip

_DENIALS = word_set("no not has have with without enable enabled disable disabled open closed is show active layout")


_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def spelled(name: str) -> list[str]:
    """The words of a name: ``PageFooter``, ``page_footer`` and ``page__footer`` are one."""
    if not name.islower():
        name = _HUMP.sub("-", name).lower()
    return [word for word in name.replace("_", "-").split("-") if word] or [""]


def furniture_name(names: str) -> str | None:
    """The first of the class names (or the id) in `names` that furniture has; None where none does.

    >>> furniture_name("alignleft sharedaddy")
    'sharedaddy'
    >>> furniture_name("wp-block-group entry-content")
    """
    if len(names) > 1000:
        return None
    for name in names.split():
        if _names_furniture(name):
            return name
    return None


@lru_cache(maxsize=2048)
def _names_furniture(name: str) -> bool:
    words = spelled(name)
    if words[0] in _DENIALS or words[-1] in _DENIALS:
        return False  # "no-sidebar", "has-share", "comments-open": what a page has, not what an element is
    if words[0] in _FIRST or not _ANYWHERE.isdisjoint(words):
        return True
    if len(words) == 1:
        return words[0] in _WHOLE
    # "comment-8407", "div-comment-8407": WordPress' own name of a comment, and not "category-comment-2".
    if words[-2] == "comment" and words[-1].isdigit() and words[0] in ("comment", "div", "li"):
        return True
    return "-".join(words) in _WHOLE or not _PAIRS.isdisjoint(pairwise(words))


def is_inline_feedback(element: HtmlElement) -> bool:
    """Whether a box is no box: wpDiscuz 7 puts a ``<div class="wpd-inline-shortcode">`` around words of a sentence."""
    return "wpd-inline-shortcode" in (element.get("class") or "")


_LENGTH = etree.XPath("string-length(normalize-space(.))")
_UNSEEN = ("script", "style", "noscript", "textarea")


def text_length(element: HtmlElement) -> int:
    """Characters a reader might see in `element`, runs of white space as one."""
    length: float = _LENGTH(element)
    for node in element.iter(*_UNSEEN):
        length -= _LENGTH(node)
    return int(length)


def holds_paragraphs(element: HtmlElement) -> bool:
    """Whether three or more paragraphs of prose stand directly in `element`: no banner or box does that."""
    count = 0
    for child in element.iterchildren("p"):
        if sum(map(len, child.itertext())) > 80:
            count += 1
            if count == 3:
                return True
    return False
