"""The platforms' side of the AES envelope, written apart from the product so that each checks the other."""

from __future__ import annotations

import base64
import hashlib
import os
import struct

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def seal(message: bytes, *, aes_key: str, owner: str, random: bytes | None = None) -> str:
    """base64(AES-256-CBC(random + length + message + owner, padded to 32))."""
    key = base64.b64decode(aes_key + "=")
    content = (random or os.urandom(16)) + struct.pack("!I", len(message)) + message + owner.encode()
    padder = padding.PKCS7(256).padder()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    sealed = encryptor.update(padder.update(content) + padder.finalize()) + encryptor.finalize()
    return base64.b64encode(sealed).decode("ascii")


def seal_file(data: bytes, *, aes_key: str) -> bytes:
    """A file's bytes, encrypted with the key of the callbacks and nothing around them but padding."""
    key = base64.b64decode(aes_key + "=")
    padder = padding.PKCS7(256).padder()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return encryptor.update(padder.update(data) + padder.finalize()) + encryptor.finalize()


def unseal(encrypted: str, *, aes_key: str) -> tuple[bytes, str]:
    """The message and its owner. Raises ValueError when it was not sealed well."""
    key = base64.b64decode(aes_key + "=")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    padded = decryptor.update(base64.b64decode(encrypted, validate=True)) + decryptor.finalize()
    unpadder = padding.PKCS7(256).unpadder()
    content = unpadder.update(padded) + unpadder.finalize()
    (length,) = struct.unpack("!I", content[16:20])
    return content[20 : 20 + length], content[20 + length :].decode()


def sign(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """The signature that goes into the query."""
    return hashlib.sha1("".join(sorted([token, timestamp, nonce, encrypted])).encode()).hexdigest()
