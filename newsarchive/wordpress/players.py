"""Video players: whose an address is."""

import re

_PLAYERS = re.compile(
    r"https?://(?:[\w-]{1,40}\.){0,3}?(?:"
    r"(?P<youtube>youtube(?:-nocookie)?\.com/(?:embed/|watch\?|v/|shorts/|live/)|youtu\.be/\w)"
    r"|(?P<vimeo>vimeo\.com/(?:video/|channels/|showcase/)?\w)"
    r"|(?P<dailymotion>dailymotion\.com/(?:embed/|video/|player)|dai\.ly/\w)"
    r"|(?P<rumble>rumble\.com/(?:embed/|v\w))"
    r"|(?P<bitchute>bitchute\.com/(?:embed|video)/)"
    r"|(?P<odysee>odysee\.com/\S)"
    r"|(?P<facebook>facebook\.com/(?:plugins/video|watch|[\w.]{1,80}/videos/))"
    r"|(?P<twitch>twitch\.tv/\S)"
    r"|(?P<tiktok>tiktok\.com/(?:embed|player|@[\w.]{1,40}/video))"
    r"|(?P<videopress>videopress\.com/(?:embed|v)/|v\.wordpress\.com/\w)"
    r"|(?P<wistia>wistia\.(?:net|com)/(?:embed|medias)/)"
    r"|(?P<brightcove>brightcove\.(?:net|com)/\S)"
    r"|(?P<jwplayer>jwplatform\.com/\S|jwplayer\.com/\S)"
    r"|(?P<streamable>streamable\.com/\w)"
    r"|(?P<archive>archive\.org/embed/)"
    r"|(?P<vk>vk(?:video)?\.(?:com|ru)/video)"
    r"|(?P<rutube>rutube\.ru/(?:play/embed|video)/)"
    r"|(?P<telegram>t\.me/\w+/\d+\?embed)"
    r"|(?P<ok>ok\.ru/videoembed/)"
    r"|(?P<ted>embed(?:-ssl)?\.ted\.com/)"
    r"|(?P<bilibili>player\.bilibili\.com/)"
    r")",
    re.IGNORECASE,
)
_FILE = re.compile(r"[^?#]{1,2000}\.(?:mp4|m4v|webm|ogv|mov|flv|m3u8|avi|wmv)(?:[?#]|$)", re.IGNORECASE)


def provider(url: str) -> str | None:
    """Whose video `url` plays: youtube, vimeo …, ``file`` for a plain video file; None where it is no known player's.

    >>> provider("https://www.youtube.com/embed/abc?rel=0")
    'youtube'
    >>> provider("https://example.org/clip.mp4")
    'file'
    >>> provider("https://example.org/map/")
    """
    found = _PLAYERS.match(url)
    if found:
        return found.lastgroup
    return "file" if _FILE.match(url) else None
