"""A page's elements by id and by class, found in one pass: a dozen XPaths over a large page cost a second."""

from collections.abc import Iterator

from lxml.html import HtmlElement


class Marks:
    """The ids and classes of a tree, as they were when it was made."""

    def __init__(self, root: HtmlElement) -> None:
        self.ids: dict[str, HtmlElement] = {}
        """The first element of each id."""
        self.elements: list[HtmlElement] = list(root.iter("*"))
        """Every element, in document order; as long as they are held, touching one again is cheap."""
        by_text: dict[str, list[tuple[int, HtmlElement]]] = {}
        self.by_names = by_text
        """Place and element of each class attribute, by its text."""
        ids = self.ids
        for place, element in enumerate(self.elements):
            names = element.get("class")
            if names:
                by_text.setdefault(names, []).append((place, element))
            name = element.get("id")
            if name and name not in ids:
                ids[name] = element
        self._by_class: dict[str, list[list[tuple[int, HtmlElement]]]] = {}
        for names, placed in by_text.items():
            for one in set(names.split()):
                self._by_class.setdefault(one, []).append(placed)

    def having(self, *classes: str) -> Iterator[HtmlElement]:
        """Elements that have one of the classes, in document order."""
        placed = {
            place: element for name in classes for some in self._by_class.get(name, ()) for place, element in some
        }
        for place in sorted(placed):
            yield placed[place]

    def has(self, *names: str) -> bool:
        """Whether an element has one of `names` as its id or among its classes."""
        return any(name in self.ids or name in self._by_class for name in names)
