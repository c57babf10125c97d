"""Signing in from the page: a session cookie, and what shows that a request with one is our own page's.

A browser sends a cookie with every request to us, whichever page asked for it. What only our own page can do tells them
apart: Fetch Metadata where the browser sends it, else Origin, and on every method that may change something a header
that no form can set. See docs/adr/0017.
"""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from services.kit.http.internal_auth import bearer_token
from services.kit.http.problems import Forbidden, Unauthenticated

PAGE_HEADER = "x-pictor-page"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class CrossSite(Forbidden):
    code = "cross_site_request"


def token_of(scope: Scope, cookie_name: str) -> str:
    """Give the token that a request is signed with: of its Authorization header, else of the page's cookie.

    Raises Unauthenticated without one, and CrossSite for a cookie on a request that is not our own page's.
    """
    headers = Headers(scope=scope)
    if len(headers.getlist("authorization")) > 1:
        raise Unauthenticated("Send one Authorization header, not several.")
    cookie = None if "authorization" in headers else cookie_of(headers, cookie_name)
    if cookie is None:
        return bearer_token(headers)
    require_own_page(scope)
    return cookie


def require_own_page(scope: Scope) -> None:
    """Raise CrossSite unless the request comes from a page of this very origin."""
    headers, safe = Headers(scope=scope), scope["method"] in SAFE
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site != "same-origin" and not (safe and site == "none"):
        raise CrossSite("A page of another site sent this; the page's sign-in is for the page alone.")
    if site is None and origin is not None and urlsplit(origin).netloc != headers.get("host"):
        raise CrossSite("A page of another origin sent this; the page's sign-in is for the page alone.")
    if not safe and PAGE_HEADER not in headers:
        raise CrossSite(f"A change that is signed with the page's cookie needs the header {PAGE_HEADER}.")


def cookie_of(headers: Headers, name: str) -> str | None:
    for line in headers.getlist("cookie"):
        try:
            found = SimpleCookie(line).get(name)
        except CookieError:
            continue
        if found is not None:
            return found.value
    return None


def is_https(headers: Headers) -> bool:
    """Whether the browser came by HTTPS: it says so itself, whatever stands in between."""
    return headers.get("origin", "").startswith("https://")
