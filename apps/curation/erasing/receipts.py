"""Receipts: what was erased where, how much of it and when, signed so that anybody can check it. None names anybody."""

import json
from base64 import b64decode, b64encode
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from apps.curation.models import Erasure

ALGORITHM = "Ed25519"
_PURPOSE = b"movieverse: receipts of erasures"


class NotAuthentic(ValueError):
    """It is no receipt of this site, or not as this site has signed it."""


def receipt_of(erasure: Erasure) -> dict[str, Any]:
    """The signed one; `statement` is what the signature is of, as canonical JSON."""
    statement = {
        "format": "movieverse-erasure",
        "version": 1,
        "id": str(erasure.pk),
        "site": settings.PUBLIC_URL,
        "requested_at": erasure.requested_at.isoformat(),
        "begun_at": erasure.begun_at and erasure.begun_at.isoformat(),
        "finished_at": erasure.finished_at and erasure.finished_at.isoformat(),
        "reviews": "anonymised" if erasure.rater else "erased",
        "removed": erasure.removed,
    }
    signature = _key().sign(canonical(statement))
    return {"statement": statement, "algorithm": ALGORITHM, "public_key": public_key(), "signature": _text(signature)}


def verify(receipt: Any) -> dict[str, Any]:
    """What it states. Raises NotAuthentic unless this site has signed just that."""
    try:
        statement, signature = receipt["statement"], b64decode(receipt["signature"], validate=True)
        _key().public_key().verify(signature, canonical(statement))
    except (KeyError, TypeError, ValueError, InvalidSignature):
        raise NotAuthentic("This is no receipt of this site, or it has been changed since.") from None
    return statement  # type: ignore[no-any-return]


def public_key() -> str:
    return _text(_key().public_key().public_bytes_raw())


def canonical(statement: Any) -> bytes:
    """The same bytes for the same statement, whoever writes it down."""
    return json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _key() -> Ed25519PrivateKey:
    """Of SECRET_KEY, with which it changes."""
    derived = HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(settings.SECRET_KEY.encode())
    return Ed25519PrivateKey.from_private_bytes(derived)


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
