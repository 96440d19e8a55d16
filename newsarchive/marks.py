"""A page's elements by id and by class, found in one pass: a dozen XPaths over a large page cost a second."""

from collections.abc import Collection
from functools import cached_property
from itertools import chain

from lxml import etree
from lxml.html import HtmlElement

_UNMARKED = frozenset(
    [
        "script",
        "style",
        "meta",
        "link",
        "head",
        "title",
        "path",
        "g",
        "use",
        "defs",
        "circle",
        "rect",
        "source",
        "br",
        "wbr",
        "option",
    ]
)
"""Elements whose ids and classes say nothing of a page."""
_PROPERTIES = etree.XPath("//@itemprop")


class Marks:
    """The ids and classes of a tree, as they were when it was made."""

    def __init__(self, root: HtmlElement | None) -> None:
        self.ids: dict[str, HtmlElement] = {}
        """The first element of each id."""
        self.elements: list[HtmlElement] = [] if root is None else list(root.iter("*"))
        """Every element, in document order; as long as they are held, touching one again is cheap."""
        self.by_names: dict[str, list[int]] = {}
        """Places in `elements` by the text of their class attribute."""
        self.links: list[HtmlElement] = []
        """The ``<a>`` elements."""
        self.properties: dict[int, str] = {}
        """The itemprop of the places in `elements` that have one."""
        ids, by_names = self.ids, self.by_names
        for place, element in enumerate(self.elements):
            tag = element.tag
            if tag in _UNMARKED:
                continue
            names = element.get("class")
            if names:
                if names in by_names:
                    by_names[names].append(place)
                else:
                    by_names[names] = [place]
            name = element.get("id")
            if name and name not in ids:
                ids[name] = element
            if tag == "a":
                self.links.append(element)
        if root is not None:
            self.find_properties(root)

    def find_properties(self, root: HtmlElement) -> None:
        """Fills `properties`: found in C, and their places by counting, for to ask every element costs three times as much."""
        told = {said.getparent(): str(said) for said in _PROPERTIES(root) if said}
        if told:
            self.properties = {place: told[element] for place, element in enumerate(self.elements) if element in told}

    @cached_property
    def _named(self) -> list[tuple[list[str], list[int]]]:
        """`by_names` with the names apart."""
        return [(names.split(), places) for names, places in self.by_names.items()]

    @cached_property
    def classes(self) -> frozenset[str]:
        """Every class name of the tree, put together when first asked for."""
        return frozenset(chain.from_iterable(names for names, _ in self._named))

    @cached_property
    def addresses(self) -> list[str]:
        """The addresses of the links, in their order; empty where one has none."""
        return [link.get("href") or "" for link in self.links]

    def places(self, classes: Collection[str]) -> list[int]:
        """Places of the elements that have one of the classes, in document order."""
        wanted = self.classes.intersection(classes)
        if not wanted:
            return []
        return sorted([place for names, places in self._named if not wanted.isdisjoint(names) for place in places])

    def having(self, *classes: str) -> list[HtmlElement]:
        """Elements that have one of the classes, in document order."""
        return [self.elements[place] for place in self.places(classes)]

    def has(self, *names: str) -> bool:
        """Whether an element has one of `names` as its id or among its classes."""
        return not self.classes.isdisjoint(names) or any(name in self.ids for name in names)
