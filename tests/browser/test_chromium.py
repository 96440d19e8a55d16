import pytest

from newsarchive.browser.chromium import find_chromium, launch_options, wanted

PAGE = "https://www.news.example/2024/05/harbour-reopens/"


def test_the_named_browser_wins_then_the_systems_then_playwrights() -> None:
    installed = {"chromium": "/usr/bin/chromium", "google-chrome": "/opt/google/chrome"}.get
    assert find_chromium("/opt/mine/chrome", installed) == "/opt/mine/chrome"
    assert find_chromium("", installed) == "/usr/bin/chromium"
    assert find_chromium("", {"google-chrome": "/opt/google/chrome"}.get) == "/opt/google/chrome"
    assert find_chromium("", {}.get) is None


def test_the_sandbox_is_left_out_for_root_alone() -> None:
    assert "--no-sandbox" in launch_options(None, root=True)["args"]
    assert "--no-sandbox" not in launch_options(None, root=False)["args"]


def test_a_gate_is_the_only_way_out() -> None:
    options = launch_options(None, gate="http://127.0.0.1:5/", root=False)
    assert options["proxy"] == {"server": "http://127.0.0.1:5/"}
    assert "--force-webrtc-ip-handling-policy=disable_non_proxied_udp" in options["args"]
    assert "proxy" not in launch_options(None, root=False)


def test_a_path_is_named_only_where_one_was_found() -> None:
    assert launch_options("/usr/bin/chromium")["executable_path"] == "/usr/bin/chromium"
    assert "executable_path" not in launch_options(None)


@pytest.mark.parametrize(
    ("url", "kind", "loaded"),
    [
        (PAGE, "document", True),
        ("https://news.example/wp-admin/admin-ajax.php", "xhr", True),
        ("https://static.news.example/app.js", "script", True),
        ("https://news.example/photo.jpg", "image", False),
        ("https://news.example/f.woff2", "font", False),
        ("https://news.example/clip.mp4", "media", False),
        ("https://code.jquery.com/jquery.min.js", "script", True),
        ("https://challenges.cloudflare.com/turnstile/v0/api.js", "script", True),
        ("https://platform.twitter.com/widgets.js", "script", False),
        ("https://www.googletagmanager.com/gtag/js", "script", False),
        ("https://evil-code.jquery.com.example/x.js", "script", False),
        ("https://ads.example/frame", "document", False),
        ("https://unpkg.com/page", "document", False),
        ("http://169.254.169.254/latest/meta-data/", "xhr", False),
        ("http://10.0.0.1/", "document", False),
        ("wss://news.example/live", "websocket", False),
        ("data:text/javascript,1", "script", True),
        ("file:///etc/passwd", "document", False),
        ("chrome://settings", "document", False),
        ("http://[broken", "script", False),
    ],
)
def test_what_a_page_may_load(url: str, kind: str, loaded: bool) -> None:
    assert wanted(PAGE, url, kind, local_site=False) is loaded


def test_a_local_site_may_load_from_itself() -> None:
    assert wanted("http://127.0.0.1:8000/a/", "http://127.0.0.1:8000/app.js", "script", local_site=True) is True
