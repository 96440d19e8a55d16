"""The pages that come in place of a page, and how each is told.

A rule's marks are looked for in the lower-cased beginning of the body. Products change their wording often and their
machinery rarely, so a mark is a piece of machinery (a script's address, an element's id, a variable) wherever there is
one. Many products also put a sensor on every good page (Cloudflare's ``/cdn-cgi/challenge-platform/scripts/jsd/``,
Imperva's ``/_Incapsula_Resource?SWJIYLWA``, ``_pxAppId``, ``js.datadome.co``): those are no marks.

An interstitial has no site around it: no menu, no list of latest posts. So the marks are looked for only on pages with
few links, which leaves a good page unsearched; `Rule.anywhere` are the few that are looked for on every page.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One kind of page that is not the page."""

    name: str
    """Its name in incidents, in stats and in ``tests/guard/pages/``."""
    reason: str
    """For a person to read."""
    headers: tuple[tuple[str, str], ...] = ()
    """(name, what its value begins with), both lower case: any of them is proof."""
    titles: tuple[str, ...] = ()
    """Whole titles, lower case: any of them is proof."""
    anywhere: tuple[bytes, ...] = ()
    """Proof on any page, however it looks."""
    marks: tuple[tuple[bytes, ...], ...] = ()
    """Alternatives; one whose parts are all there is proof on a page with few links."""
    weak_titles: tuple[str, ...] = ()
    """Beginnings of titles: proof on a page that shows little text and is evidently no article."""
    weak_marks: tuple[tuple[bytes, ...], ...] = ()
    """As `marks`, believed on such a page only."""
    retryable: bool = True
    """See `newsarchive.guard.Incident`."""
    refused: bool = False
    """See `newsarchive.guard.Incident`."""


def _challenge(name: str, product: str, **told_by: Any) -> Rule:
    """A page that wants a browser, or a person, before it lets one in."""
    return Rule(
        name=name, reason=f"{product} asks for a browser or a person before it lets anyone in", refused=True, **told_by
    )


def _block(name: str, reason: str, **told_by: Any) -> Rule:
    """A page that turns the client away; asking again changes nothing."""
    return Rule(name=name, reason=reason, refused=True, retryable=False, **told_by)


RULES: tuple[Rule, ...] = (
    # ---- challenges -------------------------------------------------------------------------------------------------
    _challenge(
        "cloudflare-challenge",
        "Cloudflare",
        headers=(("cf-mitigated", "challenge"),),
        titles=("just a moment...", "just a moment…", "please wait... | cloudflare", "checking your browser..."),
        anywhere=(b"_cf_chl_opt", b"cf-browser-verification"),
        marks=(
            (b"/cdn-cgi/challenge-platform/", b"/orchestrate/"),
            (b'name="jschl_vc"',),
            (b"/cdn-cgi/l/chk_jschl",),
            (b"/cdn-cgi/l/chk_captcha",),
            (b'id="challenge-form"', b"cf"),
            (b'id="cf-challenge-running"',),
        ),
        weak_titles=("just a moment",),
        weak_marks=(
            (b"checking your browser before accessing",),
            (b"checking if the site connection is secure",),
            (b"challenges.cloudflare.com/turnstile",),
            (b'class="cf-turnstile"',),
            (b"performance & security by cloudflare", b"verif"),
        ),
    ),
    _block(
        "cloudflare-block",
        "Cloudflare turned us away",
        titles=("attention required! | cloudflare", "access denied | cloudflare"),
        marks=((b"cf-error-details", b"you have been blocked"), (b"cf-error-details", b"access denied")),
        weak_titles=("access denied | ",),
        weak_marks=((b"error code: 1020",), (b"error code: 1015",), (b"error code: 1010",), (b"error code: 1006",)),
    ),
    _challenge(
        "ddos-guard",
        "DDoS-Guard",
        titles=("ddos-guard",),
        marks=((b"/.well-known/ddos-guard/",), (b"data-ddg-origin",), (b"data-ddg-l10n",)),
        weak_marks=((b"check.ddos-guard.net",), (b"ddos protection by ddos-guard",)),
    ),
    _challenge(
        "sucuri",
        "Sucuri's firewall",
        titles=("sucuri website firewall - access denied", "sucuri website firewall - cloudproxy - access denied"),
        anywhere=(b"sucuri_cloudproxy_js",),
        marks=((b"sucuri website firewall", b"access denied"),),
        weak_marks=((b"sucuri_cloudproxy_uuid",), (b"you are being redirected...", b"s={},u,c,u,r,i,l=0")),
    ),
    _challenge(
        "imperva",
        "Imperva (Incapsula)",
        titles=("pardon our interruption", "pardon our interruption..."),
        anywhere=(b"incapsula incident id",),
        marks=((b'id="main-iframe"', b"_incapsula_resource"),),
        weak_marks=((b"_incapsula_resource",), (b"x-cdn: incapsula",)),
    ),
    _challenge(
        "akamai",
        "Akamai",
        marks=((b"sec-if-cpt-container",), (b"/_sec/cp_challenge/",), (b"bm-verify=",), (b"/_sec/verify?provider=",)),
    ),
    _block(
        "akamai-block",
        "Akamai turned us away",
        marks=((b"errors.edgesuite.net",), (b"you don't have permission to access", b"reference&#32;&#35;")),
    ),
    _challenge(
        "perimeterx",
        "PerimeterX (HUMAN)",
        titles=("access to this page has been denied", "access to this page has been denied."),
        anywhere=(b'id="px-captcha',),
        marks=((b"/captcha/captcha.js?a=c&u=",), (b'"blockscript":', b"/captcha/")),
        weak_marks=((b"captcha.px-cdn.net",), (b"captcha.px-cloud.net",), (b"press &amp; hold to confirm", b"human")),
    ),
    _challenge(
        "datadome",
        "DataDome",
        anywhere=(b"captcha-delivery.com",),
    ),
    _challenge(
        "bitninja",
        "BitNinja",
        titles=("waiting for the redirectiron...",),
        marks=((b"bitninja", b"captcha"), (b"redirectiron",)),
        weak_titles=("bitninja",),
    ),
    _block(
        "wordfence",
        "Wordfence turned us away",
        titles=("your access to this site has been limited by the site owner", "403 forbidden - wordfence"),
        marks=((b"generated by wordfence at",),),
        weak_marks=(
            (b"your access to this site has been limited",),
            (b"wordfence", b"potentially unsafe operation"),
            (b"wordfence", b"block technical data"),
        ),
    ),
    _challenge(
        "aws-waf",
        "Amazon's firewall",
        headers=(("x-amzn-waf-action", "challenge"), ("x-amzn-waf-action", "captcha")),
        marks=((b"window.gokuprops", b"awswaf"), (b"awswafintegration.", b"challenge"), (b"awswafcaptcha.",)),
    ),
    _challenge(
        "anubis",
        "Anubis",
        titles=("making sure you're not a bot!", "making sure you’re not a bot!"),
        anywhere=(b"/.within.website/x/cmd/anubis/",),
        marks=((b'id="anubis_challenge"',),),
    ),
    _challenge(
        "siteground-captcha",
        "SiteGround",
        headers=(("sg-captcha", "challenge"),),
        titles=("robot challenge screen",),
        marks=((b"/.well-known/sgcaptcha/",), (b"/.well-known/captcha/?",)),
    ),
    _challenge(
        "imunify360",
        "Imunify360",
        titles=("one moment, please...", "imunify360 webshield", "captcha | imunify360"),
        marks=((b"imunify360", b"captcha"), (b"/z0f76a1d14fd21a8fb5fd0d03e0fdc3d3cedae52f",), (b"wsidchk", b"robot")),
        weak_marks=((b"imunify360", b"access denied"), (b"imunify360", b"bot-protection")),
    ),
    _challenge(
        "vercel-checkpoint",
        "Vercel",
        headers=(("x-vercel-mitigated", "challenge"),),
        titles=("vercel security checkpoint",),
    ),
    _challenge(
        "fastly-challenge",
        "Fastly",
        titles=("client challenge",),
        marks=((b"/_fs-ch-", b"challenge"),),
    ),
    _challenge(
        "kasada",
        "Kasada",
        marks=((b"window.kpsdk", b"/ips.js"), (b"kpsdk.scriptstart", b"kpsdk")),
    ),
    _challenge(
        "radware",
        "Radware",
        titles=("radware captcha page", "radware bot manager captcha"),
        marks=((b"validate.perfdrive.com", b"captcha"),),
    ),
    _challenge(
        "yandex-smartcaptcha",
        "Yandex SmartCaptcha",
        marks=((b"/showcaptcha?", b"checkcaptcha"),),
        weak_marks=((b"smartcaptcha.yandexcloud.net",), (b"smartcaptcha.cloud.yandex",)),
    ),
    _challenge(
        "cookie-test",
        "A script that sets a cookie first",
        marks=((b"slowaes.decrypt(", b"__test="), (b"tonumbers(", b"slowaes.decrypt(", b"cookie"), (b"acw_sc__v2", b"arg1=")),
    ),
    _challenge(
        "captcha",
        "A page with a captcha",
        weak_titles=("captcha", "security check", "human verification", "verify you are human", "are you a robot", "bot verification", "robot check", "verification required"),
        weak_marks=(
            (b"g-recaptcha",),
            (b"google.com/recaptcha/",),
            (b"recaptcha.net/recaptcha/",),
            (b'class="h-captcha',),
            (b"hcaptcha.com/1/api.js",),
            (b"client-api.arkoselabs.com", b"captcha"),
            (b"friendly-captcha", b"frc-captcha"),
            (b"verify that you are not a robot",),
            (b"verify you are human",),
            (b"verify you are a human",),
            (b"confirm you are not a robot",),
            (b"our systems have detected unusual traffic",),
            (b"prove you are not a robot",),
            (b"complete the security check to access",),
        ),
    ),
    # ---- turned away ------------------------------------------------------------------------------------------------
    _block(
        "firewall-block",
        "A firewall turned us away",
        titles=("ninjafirewall: 403 forbidden", "web page blocked!", "request rejected", "not acceptable!"),
        marks=(
            (b"the requested url was rejected. please consult with your administrator",),
            (b"an appropriate representation of the requested resource could not be found", b"mod_security"),
            (b"generated by cloudfront (cloudfront)", b"request blocked"),
            (b"fortinet", b"web page blocked"),
        ),
        weak_titles=("access denied", "access forbidden", "403 forbidden", "403 - forbidden", "403 error", "you have been blocked", "blocked", "forbidden", "zugriff verweigert", "accès refusé", "acceso denegado", "доступ запрещен", "доступ ограничен"),
        weak_marks=(
            (b"your ip address has been blocked",),
            (b"your ip has been blocked",),
            (b"your request has been blocked",),
            (b"you have been blocked",),
            (b"you don't have permission to access",),
            (b"access to this resource on the server is denied",),
            (b"ninjafirewall", b"blocked"),
            (b"access denied", b"incident id"),
            (b"blocked because of malicious activities",),
            (b"you are not allowed to proceed",),
            (b"your request looks suspicious",),
            (b"automated access to this",),
            (b"bot traffic", b"blocked"),
        ),
    ),
    _block(
        "not-in-your-country",
        "The page is withheld where we ask from",
        weak_titles=("451", "unavailable for legal reasons", "unavailable due to legal reasons"),
        weak_marks=(
            (b"unavailable for legal reasons",),
            (b"unavailable due to legal reasons",),
            (b"not available in your country",),
            (b"not available in your region",),
            (b"unavailable in most european countries",),
            (b"blocked by order of",),
            (b"access to this website is blocked",),
        ),
    ),
    Rule(
        name="rate-limited",
        reason="The site says that we ask too often",
        refused=True,
        weak_titles=("429", "too many requests", "rate limit", "slow down"),
        weak_marks=((b"too many requests",), (b"rate limit exceeded",), (b"you are being rate limited",)),
    ),
    # ---- walls ------------------------------------------------------------------------------------------------------
    _block(
        "consent-wall",
        "Only a page that asks for consent, or for one's age, was shown",
        weak_titles=("before you continue", "cookie consent", "cookie notice", "cookies erforderlich", "privacy settings", "we value your privacy", "datenschutz-einstellungen"),
        weak_marks=(
            (b"before you continue to",),
            (b"we value your privacy",),
            (b"accept all cookies to continue",),
            (b"please accept cookies to",),
            (b"please enable cookies",),
            (b"cookies are disabled",),
            (b"consent.", b"/collectconsent"),
            (b"accept", b"cookies", b"our partners"),
            (b"accept all", b"cookies", b"reject"),
            (b"akzeptieren", b"cookies", b"einwilligung"),
            (b"zustimm", b"werbung", b" abo"),
            (b"tout accepter", b"cookies"),
            (b"aceptar", b"cookies", b"suscr"),
            (b"accetta", b"cookie", b"abbona"),
            (b"akkoord", b"cookies", b"partners"),
            (b"zgadzasz", b"cookie", b"partner"),
            (b"are you over 18",),
            (b"you must be 18",),
            (b"age verification",),
            (b"cookie", b"continue with ads", b"subscri"),
            (b"contentpass.net", b"cookie"),
        ),
    ),
    Rule(
        name="login-wall",
        reason="Only a page to log in, or to subscribe, was shown",
        retryable=False,
        titles=("private site", "this site is private"),
        marks=((b'id="loginform"', b"wp-submit", b"login-action-"), (b"this is a private site", b"log in")),
        weak_titles=("log in", "login", "sign in", "anmelden", "connexion", "iniciar sesión", "вход", "войти", "members only", "subscriber login"),
        weak_marks=(
            (b'id="loginform"',),
            (b"you must be logged in to",),
            (b"please log in to continue",),
            (b"please log in to view",),
            (b"please sign in to continue",),
            (b"wordpress.com/log-in",),
            (b"this content is for members only",),
            (b"register to continue reading",),
            (b"subscribe to continue reading",),
            (b"log in to continue reading",),
            (b'type="password"', b"log in"),
        ),
    ),
    # ---- the server's troubles --------------------------------------------------------------------------------------
    Rule(
        name="database-error",
        reason="The site's database does not answer",
        titles=("database error", "database error › error", "error establishing a database connection"),
        marks=(
            (b"<h1>error establishing a database connection</h1>",),
            (b"<h1>can&#8217;t select database</h1>",),
        ),
        weak_titles=("database error", "database connection error"),
        weak_marks=(
            (b"error establishing a database connection",),
            (b"wordpress database error",),
            (b"mysql server has gone away",),
            (b"too many connections",),
            (b"sqlstate[",),
            (b"mysqli_real_connect()",),
            (b"can't connect to mysql server",),
        ),
    ),
    Rule(
        name="critical-error",
        reason="WordPress ended with a fatal error",
        titles=("wordpress › error", "wordpress > error", "wordpress &rsaquo; error"),
        marks=((b'<div class="wp-die-message"><p>there has been a critical error',),),
        weak_marks=(
            (b"there has been a critical error on this website",),
            (b"there has been a critical error on your website",),
            (b"the site is experiencing technical difficulties",),
            (b"<b>fatal error</b>:",),
            (b"php fatal error:",),
            (b"fatal error: uncaught",),
            (b"allowed memory size of",),
            (b"maximum execution time of",),
        ),
    ),
    Rule(
        name="maintenance",
        reason="The site is down for maintenance",
        marks=((b"briefly unavailable for scheduled maintenance. check back in a minute.", b"wp-die-message"),),
        weak_titles=("maintenance", "site maintenance", "under maintenance", "down for maintenance", "scheduled maintenance", "wartungsmodus", "wartungsarbeiten", "site en maintenance", "en mantenimiento", "coming soon", "under construction", "site is undergoing maintenance", "we'll be back soon", "be right back", "технические работы", "сайт на обслуживании"),
        weak_marks=(
            (b"briefly unavailable for scheduled maintenance",),
            (b"undergoing scheduled maintenance",),
            (b"undergoing maintenance",),
            (b"down for maintenance",),
            (b"under maintenance",),
            (b"maintenance mode",),
            (b"wp-maintenance-mode",),
            (b"seedprod", b"coming-soon"),
            (b"cmp-coming-soon-maintenance",),
        ),
    ),
    Rule(
        name="gateway-error",
        reason="The server behind the site's front does not answer",
        titles=("502 bad gateway", "503 service temporarily unavailable", "503 service unavailable", "504 gateway time-out", "504 gateway timeout", "500 internal server error", "service unavailable", "bad gateway", "508 resource limit is reached"),
        marks=(
            (b"cf-error-details", b"web server is down"),
            (b"cf-error-details", b"connection timed out"),
            (b"cf-error-details", b"origin is unreachable"),
            (b"cf-error-details", b"unknown error"),
            (b"guru meditation", b"varnish"),
            (b"error 503 backend fetch failed",),
        ),
        weak_titles=("error 503", "503 backend", "resource limit is reached", "internal server error", "temporarily unavailable"),
        weak_marks=((b"resource limit is reached",), (b"no healthy upstream",), (b"upstream connect error",), (b"upstream request timeout",), (b"litespeed web server", b"503")),
    ),
    # ---- no longer the site -----------------------------------------------------------------------------------------
    Rule(
        name="suspended",
        reason="The hosting of the site is suspended",
        retryable=False,
        titles=("account suspended", "site suspended", "website suspended", "account has been suspended"),
        marks=((b"/cgi-sys/suspendedpage.cgi",),),
        weak_titles=("suspended",),
        weak_marks=(
            (b"this account has been suspended",),
            (b"this site has been suspended",),
            (b"this website has been suspended",),
            (b"has been archived or suspended",),
            (b"this site is no longer available", b"terms of service"),
            (b"bandwidth limit exceeded",),
        ),
    ),
    Rule(
        name="parked",
        reason="The domain is parked or for sale",
        retryable=False,
        marks=((b"data-adblockkey=",), (b"parkingcrew.net",), (b"sedoparking.com",), (b"window.park=", b"park"), (b"/px.js?ch=1", b"park")),
        weak_titles=("domain for sale", "this domain", "domain parked", "parked domain", "hugedomains", "buy this domain"),
        weak_marks=(
            (b"domain is for sale",),
            (b"domain may be for sale",),
            (b"buy this domain",),
            (b"domain is parked",),
            (b"domain has expired",),
            (b"parked free, courtesy of",),
            (b"future home of something quite cool",),
            (b"hugedomains.com", b"domain"),
            (b"bodis.com", b"domain"),
            (b"dan.com", b"domain"),
        ),
    ),
    Rule(
        name="directory-listing",
        reason="The server lists a folder",
        retryable=False,
        marks=((b"<title>index of /", b"<h1>index of /"), (b"<title>directory listing for /",)),
        weak_titles=("index of /",),
    ),
    Rule(
        name="server-default",
        reason="The server shows its default page: the site is not set up there",
        retryable=False,
        titles=("welcome to nginx!", "apache2 ubuntu default page: it works", "apache2 debian default page: it works", "default web site page", "iis windows server", "test page for the apache http server", "wordpress › installation", "wordpress › setup configuration file"),
        weak_titles=("apache2 ", "welcome to nginx", "default page", "plesk", "web server's default page", "wordpress › "),
        weak_marks=((b"<h1>it works!</h1>",), (b"welcome to nginx!",), (b"this is the default web page",)),
    ),
)  # fmt: skip
"""In this order; the first that fits names the incident."""
