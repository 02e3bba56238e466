"""A passkey in software: a P-256 key that signs what a browser would have an authenticator sign."""

import json
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

_PRESENT_AND_VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


class Passkey:
    def __init__(self, origin: str = "http://localhost:8000") -> None:
        self.origin = origin
        self.id = secrets.token_bytes(16)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.user = ""

    def register(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.create` gives, as JSON."""
        options = options["publicKey"]
        self.user = options["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self.id, public)
        flags = _PRESENT_AND_VERIFIED | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(self._hash(options["rp"]["id"]), flags, 0, credential)
        attestation = AttestationObject.create("none", data, {})
        client_data = self._client_data("webauthn.create", options["challenge"])
        response = {"clientDataJSON": _text(client_data), "attestationObject": _text(attestation)}
        return self._answer(response, {"credProps": {"rk": True}})

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.get` gives."""
        options = options["publicKey"]
        data = AuthenticatorData.create(self._hash(options["rpId"]), _PRESENT_AND_VERIFIED, 1)
        client_data = self._client_data("webauthn.get", options["challenge"])
        signature = self.key.sign(data + sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": _text(client_data),
                "authenticatorData": _text(data),
                "signature": _text(signature),
                "userHandle": self.user,
            },
            {},
        )

    def _client_data(self, kind: str, challenge: str) -> CollectedClientData:
        content = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return CollectedClientData(json.dumps(content).encode())

    def _hash(self, relying_party: str) -> bytes:
        return sha256(relying_party.encode()).digest()

    def _answer(self, response: dict[str, str], extensions: dict[str, Any]) -> dict[str, Any]:
        own = {"id": _text(self.id), "rawId": _text(self.id), "type": "public-key"}
        return own | {"response": response, "clientExtensionResults": extensions, "authenticatorAttachment": "platform"}
