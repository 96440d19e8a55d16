"""wpDiscuz: its comment markup, its settings in a page, its AJAX answers, its nonce, and the walk through a whole thread."""

from newsarchive.wpdiscuz.markup import comments
from newsarchive.wpdiscuz.session import WpdiscuzSession

__all__ = ["WpdiscuzSession", "comments"]
