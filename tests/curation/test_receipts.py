"""A receipt is what the site has signed, or it is none."""

import json
from base64 import b64decode, b64encode
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.curation.erasing.receipts import NotAuthentic, canonical, public_key, receipt_of, verify
from apps.curation.models import Erasure


@pytest.fixture
def receipt() -> dict[str, Any]:
    now = timezone.now()
    removed = {"reviews": {"reviews": 2}}
    return receipt_of(Erasure(user_id=7, due_at=now, begun_at=now, finished_at=now, removed=removed))


def test_a_receipt_is_checked_by_its_public_key_alone(receipt):
    key = Ed25519PublicKey.from_public_bytes(b64decode(receipt["public_key"]))
    key.verify(b64decode(receipt["signature"]), canonical(receipt["statement"]))
    assert verify(json.loads(json.dumps(receipt, indent=4))) == receipt["statement"]


def test_what_was_changed_is_no_receipt(receipt):
    for change in ({"removed": {}}, {"id": "other"}, {"more": 1}):
        changed = deepcopy(receipt)
        changed["statement"] |= change
        with pytest.raises(NotAuthentic):
            verify(changed)


def test_what_somebody_else_has_signed_is_no_receipt_whatever_key_it_names(receipt):
    key = Ed25519PrivateKey.generate()
    forged = receipt | {
        "public_key": b64encode(key.public_key().public_bytes_raw()).decode(),
        "signature": b64encode(key.sign(canonical(receipt["statement"]))).decode(),
    }
    with pytest.raises(NotAuthentic):
        verify(forged)


@pytest.mark.parametrize(
    "nonsense", [None, [], "x", {}, {"statement": {}, "signature": "é"}, {"statement": 1, "signature": 1}]
)
def test_nonsense_is_no_receipt(nonsense):
    with pytest.raises(NotAuthentic):
        verify(nonsense)


def test_the_key_stays_as_long_as_the_secret_does(settings):
    before = public_key()
    assert public_key() == before
    settings.SECRET_KEY = "another one"
    assert public_key() != before


def test_the_command_checks_a_file(receipt, tmp_path: Path, capsys):
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(receipt))
    call_command("erase_user", verify=file)
    assert receipt["statement"]["id"] in capsys.readouterr().out
    for content, reason in (("{", "not JSON"), (json.dumps(receipt).replace("2}", "3}"), "has been changed")):
        file.write_text(content)
        with pytest.raises(CommandError, match=reason):
            call_command("erase_user", verify=file)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("erase_user", verify=tmp_path / "none.json")
