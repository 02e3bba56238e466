"""`Idempotency-Key`: a POST that is sent again is not done again, but answered as the first time.

The key is claimed by an insert, so of two requests at once, in whatever process, one runs. A claim whose process died
is taken over after a minute: what that process did until then may then be done again.
"""

import logging
import re
from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import IntegrityError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.exceptions import APIException, ParseError
from rest_framework.request import Request

import movieverse
from movieverse.api.limits import caller
from movieverse.exceptions import StoreUnavailable
from movieverse.models import KeptAnswer
from movieverse.sealing import InvalidToken, seal, unseal

KEPT = timedelta(hours=24)
LONGEST_REQUEST = timedelta(minutes=1)
MOST_PRUNED = 100  # by each claim, so that nobody waits for long and old ones still leave faster than new ones come
HEADERS = ("Content-Type", "ETag", "Location", "Retry-After")

logger = logging.getLogger(__name__)

_KEY = re.compile(r"[!-~]{1,255}")


class KeyReused(APIException):
    status_code = 422
    default_code = "idempotency-key-reused"
    default_detail = "You have sent another request with this Idempotency-Key: every request has its own."


class InProgress(APIException):
    status_code = 409
    default_code = "idempotency-in-progress"
    default_detail = "The first request with this Idempotency-Key is still running. Send it again in a second."
    wait = 1


class Answered(Exception):
    """There is an answer to this request."""

    def __init__(self, answer: HttpResponse) -> None:
        self.answer = answer


class IdempotencyMixin:
    """A POST that carries a key has the claim to it from `claim_key` on, and settles it with its answer."""

    claim: KeptAnswer | None = None

    def claim_key(self, request: Request) -> None:
        """Raises Answered where it has been claimed and settled before."""
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        if key is None:
            return
        if not _KEY.fullmatch(key):
            raise ParseError("An Idempotency-Key is 1 to 255 visible ASCII characters, such as a UUID.")
        self.claim = _claimed(_hash(caller(request), key), _fingerprint(request), request.user.pk)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        except Exception:
            if self.claim:
                _settle(self.claim, None)
            raise
        if self.claim:
            _settle(self.claim, response)
        return response  # type: ignore[no-any-return]

    def handle_exception(self, error: Exception) -> Any:
        return error.answer if isinstance(error, Answered) else super().handle_exception(error)  # type: ignore[misc]


def _hash(*parts: str | bytes) -> str:
    """Of the parts one by one, so that none can pass for the end of the one before."""
    return sha256(
        b"".join(sha256(part.encode() if isinstance(part, str) else part).digest() for part in parts)
    ).hexdigest()


def _fingerprint(request: Request) -> str:
    return _hash(request.method or "", request.get_full_path(), request._request.body)


def _claimed(key: str, request: str, user_id: int | None) -> KeptAnswer:
    try:
        claim = _insert(key, request, user_id)
    except IntegrityError:
        kept = KeptAnswer.objects.filter(pk=key).first()
        if kept is None:
            raise InProgress from None  # it was, a moment ago
        return _taken_over(kept, request)
    prune()
    return claim


@movieverse.atomic("default")
def _insert(key: str, request: str, user_id: int | None) -> KeptAnswer:
    return KeptAnswer.objects.create(key=key, request=request, user_id=user_id, claimed_at=timezone.now())


def _taken_over(kept: KeptAnswer, request: str) -> KeptAnswer:
    age = timezone.now() - kept.claimed_at
    if age < KEPT:
        if kept.request != request:
            raise KeyReused
        if kept.status is not None:
            raise Answered(_replayed(kept))
        if age < LONGEST_REQUEST:
            raise InProgress
    claim = KeptAnswer(key=kept.key, request=request, claimed_at=timezone.now())
    fresh = {"request": request, "claimed_at": claim.claimed_at, "status": None}
    if not _own(kept).update(**fresh):
        raise InProgress  # somebody else was quicker
    return claim


def _own(claim: KeptAnswer) -> Any:
    """The row, as long as nobody has taken it over."""
    return KeptAnswer.objects.filter(pk=claim.pk, claimed_at=claim.claimed_at)


def _replayed(kept: KeptAnswer) -> HttpResponse:
    headers = {**kept.headers, "Idempotency-Replayed": "true"}
    try:
        body = unseal(bytes(kept.body))
    except InvalidToken:  # sealed with a secret key that is no longer used
        raise KeyReused from None
    return HttpResponse(body, status=kept.status, headers=headers)


def _settle(claim: KeptAnswer, response: Any) -> None:
    """Keep the answer, or give the key back where it says that we failed. What was asked for is done either way.

    Whoever is sent on comes with the same key.
    """
    try:
        if response is None or response.streaming or response.status_code >= 500 or response.status_code == 308:
            _own(claim).delete()
        else:
            _keep(claim, response)
    except StoreUnavailable as error:
        logger.warning("%s", error)


def _keep(claim: KeptAnswer, response: Any) -> None:
    if hasattr(response, "render"):
        response.render()
    headers = {name: response[name] for name in HEADERS if name in response}
    _own(claim).update(status=response.status_code, headers=headers, body=seal(response.content))


def forget(*, user_ids: Collection[int]) -> None:
    """What members who are gone were answered."""
    KeptAnswer.objects.filter(user_id__in=user_ids).delete()


def prune() -> int:
    """Forget some of what is kept for long enough. Returns how many."""
    old = KeptAnswer.objects.filter(claimed_at__lt=timezone.now() - KEPT).values_list("pk", flat=True)
    keys = list(old[:MOST_PRUNED])
    if keys:
        KeptAnswer.objects.filter(pk__in=keys).delete()
    return len(keys)
