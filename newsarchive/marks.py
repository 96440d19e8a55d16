"""A page's elements by id and by class, found in one pass: a dozen XPaths over a large page cost a second."""

from collections.abc import Iterator

from lxml.html import HtmlElement


class Marks:
    """The ids and classes of a tree, as they were when it was made."""

    def __init__(self, root: HtmlElement | None) -> None:
        self.ids: dict[str, HtmlElement] = {}
        """The first element of each id."""
        self.elements: list[HtmlElement] = [] if root is None else list(root.iter("*"))
        """Every element, in document order; as long as they are held, touching one again is cheap."""
        self.by_names: dict[str, list[int]] = {}
        """Places in `elements` by the text of their class attribute."""
        ids, by_names = self.ids, self.by_names
        for place, element in enumerate(self.elements):
            names = element.get("class")
            if names:
                if names in by_names:
                    by_names[names].append(place)
                else:
                    by_names[names] = [place]
            name = element.get("id")
            if name and name not in ids:
                ids[name] = element
        self._by_class: dict[str, list[list[int]]] | None = None

    @property
    def by_class(self) -> dict[str, list[list[int]]]:
        """Places by single class name, put together when first asked for."""
        if self._by_class is None:
            self._by_class = {}
            for names, places in self.by_names.items():
                for one in set(names.split()):
                    self._by_class.setdefault(one, []).append(places)
        return self._by_class

    def having(self, *classes: str) -> Iterator[HtmlElement]:
        """Elements that have one of the classes, in document order."""
        by_class = self.by_class
        found = {place for name in classes for places in by_class.get(name, ()) for place in places}
        for place in sorted(found):
            yield self.elements[place]

    def has(self, *names: str) -> bool:
        """Whether an element has one of `names` as its id or among its classes."""
        return any(name in self.ids or name in self.by_class for name in names)
