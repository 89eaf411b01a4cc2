"""Prints an HTTPS record (RFC 9460) with a key of Encrypted Client Hello (RFC 9849) whose public name is the argument."""

import struct
import sys

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey


def long(data: bytes) -> bytes:
    return struct.pack(">H", len(data)) + data


public = X25519PrivateKey.generate().public_key().public_bytes_raw()
name = sys.argv[1].encode()
config = b"\x2a" + struct.pack(">H", 0x0020) + long(public) + long(struct.pack(">HH", 1, 1)) + b"\x20"
config += bytes([len(name)]) + name + long(b"")
keys = long(struct.pack(">H", 0xFE0D) + long(config))
protocols = b"\x02h2"
record = struct.pack(">H", 1) + b"\x00" + struct.pack(">H", 1) + long(protocols) + struct.pack(">H", 5) + long(keys)
print(record.hex())
