"""Secrets that have to be kept in a readable form are stored sealed: whoever reads a store learns none of them."""

from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

__all__ = ["InvalidToken", "seal", "unseal"]


def seal(content: bytes) -> bytes:
    return _seals(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(content)


def unseal(sealed: bytes) -> bytes:
    """Raises InvalidToken for what another installation, or none, has sealed."""
    return _seals(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).decrypt(sealed)


@lru_cache
def _seals(*secrets: str) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(sha256(f"sealing:{secret}".encode()).digest())) for secret in secrets])
