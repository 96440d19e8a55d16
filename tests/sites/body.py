"""A post's body as WordPress renders it."""

from .addresses import Addresses
from .pieces import Piece
from .store import Post

PASSWORD_FORM = """<p class="post-password-message">This content is password protected. Please enter a password to view.</p>
<form action="{home}/wp-login.php?action=postpass" class="post-password-form" method="post">
<label for="pwbox-{id}">Password</label><input name="post_password" id="pwbox-{id}" type="password" size="20" /><input type="submit" name="Submit" value="Enter" /></form>
"""


def pages(post: Post) -> list[list[Piece]]:
    """The pieces, page by page of a paged post; one page for most."""
    cut: list[list[Piece]] = [[]]
    for piece in post.pieces:
        if piece.type == "nextpage":
            cut.append([])
        else:
            cut[-1].append(piece)
    return cut


def page_markup(post: Post, page: int, at: Addresses) -> str:
    """The body in the page of an article, with the links to its other pages."""
    if post.password:
        return PASSWORD_FORM.format(home=at.home, id=post.id)
    cut = pages(post)
    text = "\n".join(piece.markup(post.editor) for piece in cut[page - 1]) + "\n"
    if len(cut) > 1:
        links = " ".join(
            f'<span class="post-page-numbers current" aria-current="page">{number}</span>'
            if number == page
            else f'<a href="{at.post_page(post, number)}" class="post-page-numbers">{number}</a>'
            for number in range(1, len(cut) + 1)
        )
        text += f'<div class="page-links">Pages: {links}</div>\n'
    return at.fill(text, post)


def rest_markup(post: Post, at: Addresses) -> str:
    """The body in REST and feeds: whole, its page breaks as comments; empty for a post with a password."""
    if post.password:
        return ""
    return at.fill(
        "\n".join(
            "<p><!--nextpage--></p>" if one.type == "nextpage" else one.markup(post.editor) for one in post.pieces
        )
        + "\n",
        post,
    )


def excerpt(post: Post) -> str:
    """The summary in lists: the author's own, else the first words."""
    if post.password:
        return ""
    if post.excerpt:
        return post.excerpt
    words = " ".join(text for piece in post.pieces[:6] for text in piece.passages).split()
    return " ".join(words[:55]) + (" [&hellip;]" if len(words) > 55 else "")


def title(post: Post) -> str:
    """The title as lists and pages show it."""
    return f"Protected: {post.title}" if post.password else post.title
