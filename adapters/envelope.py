"""The AES envelope of WeCom callbacks, and of DingTalk event pushes. Strict: a doubt is a refusal.

    signature  lower-case hex sha1 of the sorted [token, timestamp, nonce, encrypted]
    encrypted  base64(AES-256-CBC(random(16) + length(4, big-endian) + message + owner + padding))
    padding    PKCS7 to a multiple of 32: 1 to 32 bytes, each holding their number

WeCom docs 91144 and 101033; DingTalk's event subscription uses the same with its own owner.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.errors import BadRequest, BadSignature

_BLOCK: Final = 32
_RANDOM: Final = 16
_HEAD: Final = _RANDOM + 4


class Fault(Enum):
    """What can be wrong with an envelope. Each platform has its own number for it."""

    SIGNATURE = auto()
    BASE64 = auto()
    CIPHER = auto()
    """Not whole blocks, or the padding does not hold."""
    BUFFER = auto()
    """The length field points outside."""
    OWNER = auto()
    """Sealed for somebody else."""


WECOM_CODES: Final[Mapping[Fault, int]] = {
    Fault.SIGNATURE: -40001,
    Fault.OWNER: -40005,
    Fault.CIPHER: -40007,
    Fault.BUFFER: -40008,
    Fault.BASE64: -40010,
}
"""The numbers of WeCom's own libraries (WeCom doc 90968), by which an operator can look a fault up."""


class UnprovenEnvelope(BadSignature):
    """The signature is not the platform's. `code` is the platform's own number for it."""

    def __init__(self, code: int) -> None:
        super().__init__(f"the signature does not fit ({code})")
        self.code = code


class BrokenEnvelope(BadRequest):
    """The signature fits but the content does not. `code` is the platform's own number for the fault."""

    def __init__(self, code: int) -> None:
        super().__init__(f"the encrypted text is broken ({code})")
        self.code = code


@dataclass(frozen=True, slots=True)
class Sealed:
    """What `Envelope.seal` made."""

    encrypted: str
    signature: str


class Envelope:
    """Opens what a platform sealed for us, and seals what goes back in the answer to a callback."""

    def __init__(self, *, token: str, aes_key: str, owner: str, codes: Mapping[Fault, int]) -> None:
        """`aes_key` is the 43 letters and digits; `owner` whom it is sealed for: corp id, app key or ""."""
        self._token = token
        # The last letter carries two bits too many, so the decoder must not insist on canonical base64.
        key = base64.b64decode(aes_key + "=")
        self._cipher = Cipher(algorithms.AES256(key), modes.CBC(key[:16]))
        self._owner = owner.encode()
        self._codes = codes

    def open(self, encrypted: str, *, signature: str, timestamp: str, nonce: str) -> bytes:
        """The message inside. Raises UnprovenEnvelope and BrokenEnvelope.

        A stale timestamp is no fault: a retry may carry the first try's.
        """
        self._check(signature, timestamp, nonce, encrypted)
        return self._message(self._unpadded(self._decrypted(encrypted)))

    def open_file(self, sealed: bytes) -> bytes:
        """A file that was sealed with the same key, and nothing but padding around it (WeCom doc 100719).

        Raises BrokenEnvelope.
        """
        return self._unpadded(self._deciphered(sealed))

    def seal(self, message: bytes, *, timestamp: str, nonce: str, random: bytes | None = None) -> Sealed:
        """`message` encrypted and signed; `random` is 16 bytes, and only a test names them."""
        content = (random or os.urandom(_RANDOM)) + len(message).to_bytes(4, "big") + message + self._owner
        count = _BLOCK - len(content) % _BLOCK
        encryptor = self._cipher.encryptor()
        sealed = encryptor.update(content + bytes([count]) * count) + encryptor.finalize()
        encrypted = base64.b64encode(sealed).decode("ascii")
        return Sealed(encrypted, self._signature(timestamp, nonce, encrypted))

    def _check(self, signature: str, *signed: str) -> None:
        if not hmac.compare_digest(self._signature(*signed).encode(), _bytes(signature)):
            raise UnprovenEnvelope(self._codes[Fault.SIGNATURE])

    def _signature(self, *signed: str) -> str:
        parts = sorted(_bytes(text) for text in (self._token, *signed))
        return hashlib.sha1(b"".join(parts)).hexdigest()

    def _decrypted(self, encrypted: str) -> bytes:
        try:
            sealed = base64.b64decode(encrypted, validate=True)
        except ValueError:
            raise self._broken(Fault.BASE64) from None
        return self._deciphered(sealed)

    def _deciphered(self, sealed: bytes) -> bytes:
        if not sealed or len(sealed) % _BLOCK:
            raise self._broken(Fault.CIPHER)
        decryptor = self._cipher.decryptor()
        return decryptor.update(sealed) + decryptor.finalize()

    def _unpadded(self, padded: bytes) -> bytes:
        count = padded[-1]
        if not 1 <= count <= _BLOCK or padded[-count:] != bytes([count]) * count:
            raise self._broken(Fault.CIPHER)
        return padded[:-count]

    def _message(self, content: bytes) -> bytes:
        end = _HEAD + int.from_bytes(content[_RANDOM:_HEAD], "big")
        if not _HEAD <= end <= len(content):
            raise self._broken(Fault.BUFFER)
        if content[end:] != self._owner:
            raise self._broken(Fault.OWNER)
        return content[_HEAD:end]

    def _broken(self, fault: Fault) -> BrokenEnvelope:
        return BrokenEnvelope(self._codes[fault])


def _bytes(text: str) -> bytes:
    """A query may decode to what UTF-8 can't hold; it will not fit any signature, and must not raise."""
    return text.encode(errors="replace")
