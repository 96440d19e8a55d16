"""What a site's spider knows of its pages that no general rule can."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from cssselect import HTMLTranslator
from lxml import etree
from lxml.html import HtmlElement

from newsarchive.wordpress.furniture_words import LATEST

# Headings of lists that lead elsewhere, as themes, plugins and editors write them. A block counts as one only where it
# is nothing but these words, and only links follow.
GENERAL_RELATED_HEADINGS = (
    r"more (on|about) (the|this) (topic|subject|story|issue)",
    r"(see|read|watch|check out|you (may|might)) (also|more|next|like|also (like|enjoy|be interested in))",
    r"(related|recommended|similar|further|more|suggested)( (on|from) [\w ]{1,30})? ?(posts?|articles?|stor(y|ies)|news|reading|content|links|coverage)",
    r"also read|don['’]t miss|related|read on|recommended( for you)?|keep reading|up next|(trending|most (read|popular))( now| today| (posts|articles|stories))?",
    LATEST,
    r"mehr (zum thema|dazu|zu .{2,40})|(lesen|siehe|sehen) sie (auch|hier|mehr)( .{0,40})?|lies auch|siehe auch|auch (interessant|lesenswert)|(das|dies\w*)( \w+)? könnten? (dich|sie|euch|ihnen) auch (interessieren|gefallen)"
    r"|(ähnliche|verwandte|empfohlene|weitere|passende|andere|mehr) (interessante )?(beiträge|artikel|themen|meldungen|nachrichten|news|storys|kolumnen|pressemitteilungen)( .{0,40})?",
    r"((à )?lire (aussi|également)|sur le même (sujet|thème)|articles? (similaires?|liés?|connexes?)|voir aussi)",
    r"(lea|leer|lee|ver|mira) también|(artículos|noticias|entradas|temas|notas) relacionad[oa]s|(también )?te puede interesar|relacionad[oa]s?|más (noticias|artículos)",
    r"(leia|veja) (também|mais)|(artigos|posts|notícias|matérias) relacionad[oa]s",
    r"(leggi|vedi) anche|(articoli|post) (correlati|simili)|potrebbe interessarti( anche)?",
    r"(читайте|смотрите) (также|ещё|еще)|(ещё|еще) по теме|по теме|похожие (записи|статьи|материалы|новости|посты)|(материалы|новости|статьи) по теме|вам (также )?может (быть интересно|понравиться)",
    r"читайте також|(lees|zie) ook|gerelateerde (berichten|artikelen)|((prze)?czytaj|zobacz) (też|także|również)|(powiązane|podobne) (artykuły|wpisy|posty)|läs (också|även|mer)|relaterade (artiklar|inlägg)|relaterede (artikler|indlæg)|lue myös|kapcsolódó (cikkek|bejegyzések)|articole similare|citește și",
    r"ayrıca okuyun?|(ilgili|benzer) (haberler|yazılar|içerikler)|(bunlar da )?ilginizi çekebilir|(δείτε|διαβάστε) (επίσης|ακόμη|ακόμα)|σχετικά( άρθρα| θέματα)?|(bài viết|bài|tin) liên quan|xem thêm|đọc thêm|có thể bạn quan tâm|baca juga|(artikel|berita) (terkait|lainnya)",
    r"[اإأ]قرأ (أيضا|أيضاً|ايضا|المزيد)|(مقالات|مواضيع|أخبار) (ذات صلة|مشابهة|متعلقة)|قد يعجبك( أيضا| أيضاً)?|ایضا بخوانید|مطالب مرتبط|関連(記事|ニュース)|あわせて読みたい|相关(文章|阅读|新闻|推荐)|相關(文章|閱讀)|延伸(阅读|閱讀)|推荐阅读|猜你喜欢|관련 (글|기사)",
)


GENERAL_CAPTION_NOISE = (
    r"\(?\b(click|tap) (to|on the (image|picture|photo) to|here to|for) (see |view )?(enlarge|zoom( in)?|(the )?(full|large|larger)[- ]?(size[d]?|version)( image)?)\)?\.?",
    r"\(?\b(zum vergrößern (bitte )?(auf das bild |aufs bild )?(an)?klicken|klick(en)?( sie)?( auf das bild| aufs bild)?[,]? (um |zum )(zu )?vergrößern|für großansicht klicken)\)?\.?",
    r"\(?\b(cliquez (sur l['’]image )?pour agrandir|(haga|haz)? ?clic (en la imagen )?para (ampliar|agrandar)|clique para (ampliar|aumentar)|clicca per ingrandire|klik (hier )?om te vergroten)\)?\.?",
    r"\(?нажмите,? чтобы увеличить\)?\.?",
)


@dataclass(frozen=True)
class Quirks:
    """Selectors and expressions of one site; the defaults hold for any. Expressions ignore case."""

    furniture: tuple[str, ...] = ()
    """CSS selectors, or XPaths (they begin with ``/``, ``.`` or ``(``), of elements that are no part of an article."""
    furniture_texts: tuple[str, ...] = ()
    """Expressions that match the whole text of a block that is no part of an article."""
    caption_noise: tuple[str, ...] = GENERAL_CAPTION_NOISE
    """Expressions removed from captions: instructions, not descriptions."""
    related_headings: tuple[str, ...] = GENERAL_RELATED_HEADINGS
    """Expressions that match the whole text (a colon may follow) of a heading of further reading; the links after it are `related`."""
    body: tuple[str, ...] = ()
    """Selectors of the body, tried before the general rules; the first that is found and not empty is the body."""
    general: bool = True
    """Whether the general rules for furniture hold beside the site's own; off for a comment, which has none."""


COMMENT = Quirks(caption_noise=(), related_headings=(), general=False)
"""How a comment is read: as it was written."""


class Rules:
    """A site's quirks, compiled."""

    def __init__(self, quirks: Quirks) -> None:
        self.general = quirks.general
        self.is_furniture_text = _matcher(quirks.furniture_texts)
        self.is_related_heading = _matcher(quirks.related_headings, r"\W{0,3}", longest=120)
        self.caption_noise = [re.compile(pattern, re.IGNORECASE) for pattern in quirks.caption_noise]
        self.selectors = [select(selector) for selector in quirks.furniture]
        self.bodies = [select(selector) for selector in quirks.body]

    def furniture_in(self, root: HtmlElement) -> set[HtmlElement]:
        """The elements in `root` that the site's selectors name."""
        found: set[HtmlElement] = set()
        for selector in self.selectors:
            elements = selector(root)
            if isinstance(elements, list):
                found.update(element for element in elements if isinstance(element, HtmlElement))
        return found


def _matcher(patterns: tuple[str, ...], tail: str = "", longest: int = 200) -> Callable[[str], object]:
    if not patterns:
        return lambda text: None
    expression = re.compile(rf"\W{{0,3}}(?:{'|'.join(patterns)}){tail}", re.IGNORECASE)
    return lambda text: len(text) < longest and expression.fullmatch(text)


def select(selector: str) -> etree.XPath:
    """The XPath of a CSS selector or an XPath; raises ValueError with the selector in it for one that is neither."""
    try:
        return etree.XPath(
            selector if selector[:1] in "/.(" and selector[1:2] in "/.*[" else HTMLTranslator().css_to_xpath(selector)
        )
    except (etree.XPathError, SyntaxError) as error:  # cssselect's errors are SyntaxErrors
        raise ValueError(f"no selector: {selector!r} ({error})") from error


@lru_cache(maxsize=64)
def rules(quirks: Quirks) -> Rules:
    """The compiled form of `quirks`; raises ValueError where a selector or an expression is none."""
    try:
        return Rules(quirks)
    except re.error as error:
        raise ValueError(f"no expression: {error.pattern!r} ({error})") from error
