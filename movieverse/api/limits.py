"""How many requests a minute somebody may make, how often they may do what costs more, and how much is left."""

import ipaddress
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.exceptions import Throttled
from rest_framework.permissions import SAFE_METHODS
from rest_framework.throttling import BaseThrottle

MINUTE = 60
SHARE_EVERY = 1  # second
MOST_COUNTERS = 100_000
MEMBERS_OF_AN_ADDRESS = 10  # who may do as much as one of them may, before it is too much for one address


class RateLimited(Throttled):
    default_code = "rate-limited"
    default_detail = "Too many requests."


class Budget(NamedTuple):
    limit: int
    used: int
    reset: int  # in so many seconds

    @property
    def left(self) -> int:
        """Below 0: it was too much."""
        return self.limit - self.used

    def as_headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.left)),
            "RateLimit-Reset": str(self.reset),
        }


@dataclass
class Counter:
    """The requests of one caller in one minute, as this process knows them.

    Processes tell each other through the cache, once a second, so most requests cost no round trip and none more
    than one: what one call finds missing there, the next one makes.
    """

    key: str
    shared: int = 0
    unshared: int = 0
    exists: bool = False
    share_at: float = 0

    def add_one(self, now: float) -> int:
        self.unshared += 1
        if now >= self.share_at:
            self.share_at = now + SHARE_EVERY
            self._share()
        return self.shared + self.unshared

    def _share(self) -> None:
        told = self.unshared
        try:
            if self.exists:
                self.shared = cache.incr(self.key, told)
            elif cache.add(self.key, self.shared + told, 2 * MINUTE):
                self.shared += told
            else:
                told = 0
            self.exists = True
            self.unshared -= told
        except ValueError:
            self.exists = False


class Counters:
    """Those of the current minute. Threads may lose a request between them, which favours the caller."""

    def __init__(self) -> None:
        self.minute = 0
        self.by_key: dict[str, Counter] = {}

    def add_one(self, key: str, limit: int) -> Budget:
        now = time.time()
        minute = int(now // MINUTE)
        if minute != self.minute or len(self.by_key) > MOST_COUNTERS:
            self.minute, self.by_key = minute, {}
        counter = self.by_key.setdefault(key, Counter(f"requests:{key}:{minute}"))
        return Budget(limit, counter.add_one(now), MINUTE - int(now % MINUTE))


counters = Counters()


def address(request: HttpRequest) -> str:
    """Of IPv6 the network: whoever has one address there has them all. A socket for both shows IPv4 as part of IPv6."""
    return _network(request.META.get("REMOTE_ADDR", ""))


@lru_cache(10_000)
def _network(given: str) -> str:
    try:
        parsed = ipaddress.ip_address(given)
    except ValueError:
        return given  # a socket's
    if parsed.version == 4:
        return given
    return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))


def caller(request: Any) -> str:
    """Who asks: the member, or else the address."""
    user = request.user
    return f"member:{user.pk}" if user.is_authenticated else f"address:{address(request)}"


def count(request: HttpRequest, who: str, of_member: str = "") -> Budget:
    """Count the request; what it leaves of the budget goes out with the answer.

    A member's may have a budget of its own, `of_member`.
    """
    kind = "anonymous" if who.startswith("address:") else "member"
    scope = kind if request.method in SAFE_METHODS else "writes"
    scope = of_member if of_member and kind == "member" else scope
    budget = counters.add_one(f"{scope}:{who}", settings.RATE_LIMITS[scope])
    request.budget = budget  # type: ignore[attr-defined]
    return budget


def count_address(request: HttpRequest) -> Budget:
    return count(request, f"address:{address(request)}")


def budget_of(request: HttpRequest) -> Budget:
    """What the request left of its budget; where no view has counted it, the address has made it."""
    return getattr(request, "budget", None) or count_address(request)


def count_action(request: HttpRequest, kind: str, who: str) -> Budget:
    """Count something that is done seldom, for the member and for their address; the tighter budget counts."""
    limit, seconds = settings.ACTION_LIMITS[kind]
    now = int(time.time())
    period, reset = now // seconds, seconds - now % seconds
    own = Budget(limit, _times(f"{kind}:{who}:{period}", reset), reset)
    if own.left < 0:  # which takes nothing from their neighbours
        return own
    place = f"{kind}:address:{address(request)}:{period}"
    return min(own, Budget(limit * MEMBERS_OF_AN_ADDRESS, _times(place, reset), reset), key=lambda one: one.left)


def _times(key: str, seconds: int) -> int:
    """How often it was done, this time included: known to all processes at once."""
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key))
    except ValueError:  # forgotten since
        return 1


class Throttle(BaseThrottle):
    """Counts a request that nobody has counted before, and what a view says is limited further."""

    def allow_request(self, request: Any, view: Any) -> bool:
        django_request = request._request
        own = getattr(view, "counted_as", {}).get(request.method, "")
        budget = getattr(django_request, "budget", None) or count(django_request, caller(request), own)
        kind = getattr(view, "limited", {}).get(request.method)
        if kind and budget.left >= 0 and request.user.is_authenticated:
            budget = min(budget, count_action(django_request, kind, caller(request)), key=lambda one: one.left)
            django_request.budget = budget
        if budget.left < 0:
            raise RateLimited(budget.reset)
        return True
