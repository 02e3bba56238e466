"""Entity tags: `"<version>-<hash of the body>"` for a row with a version, `"<hash>"` for any other answer.

A view that shows a row with a version answers with `ETag: "<version>"`; `movieverse.api.delivery`, which sees the
finished body, completes it. A compressed body has a tag of its own, with the encoding's name behind it.
"""

import re
from hashlib import blake2b

from django.utils.http import parse_etags
from rest_framework.exceptions import APIException, ParseError

CHANGING = ("PATCH", "PUT", "DELETE")

_NEVER = -1  # no row's version
_ENTITY_TAG = r'(?:W/)?"[^"]*"'
_ENTITY_TAGS = re.compile(rf"{_ENTITY_TAG}(?:\s*,\s*{_ENTITY_TAG})*")
_VERSION = re.compile(r'(?:W/)?"([0-9]{1,10})(?:-.*)?"')


class PreconditionRequired(APIException):
    status_code = 428
    default_code = "precondition-required"
    default_detail = (
        "Others may change this, too: send the ETag of the answer that you saw as If-Match, or * to change it anyhow."
    )


def of_version(version: int) -> str:
    return f'"{version}"'


def completed(etag: str, body: bytes, encoding: str = "") -> str:
    """The strong tag of a body, of a row's version if `etag` has one."""
    parts = (etag.strip('"'), blake2b(body, digest_size=12).hexdigest(), encoding)
    return f'"{"-".join(filter(None, parts))}"'


def of_encoding(etag: str, encoding: str) -> str:
    """The tag of the same answer in this encoding, given that of the plain one."""
    return f'{etag[:-1]}-{encoding}"'


def matches(if_none_match: str, etag: str) -> bool:
    """By weak comparison, and whatever the encoding of what the caller has."""
    known = {_unencoded(tag) for tag in parse_etags(if_none_match)}
    return "*" in known or _unencoded(etag) in known


def _unencoded(etag: str) -> str:
    return etag.removeprefix("W/").replace('-gzip"', '"')


def expected_version(if_match: str | None) -> int | None:
    """The version that the caller means to change; None for any.

    The rest of a tag does not matter: another encoding, other `fields` or a genre's new name are no other version.
    """
    if if_match is None:
        raise PreconditionRequired
    if if_match.strip() == "*":
        return None
    if not _ENTITY_TAGS.fullmatch(if_match.strip()):
        raise ParseError('If-Match is not an ETag: it looks like "3-1f0c", with the quotes.')
    versions = {_version(tag) for tag in re.findall(_ENTITY_TAG, if_match)}
    if len(versions) > 1:
        raise ParseError("If-Match names several versions: send the ETag of the answer that you saw.")
    return versions.pop()


def _version(etag: str) -> int:
    found = _VERSION.fullmatch(etag)
    return int(found[1]) if found else _NEVER
