"""PNG files (ISO/IEC 15948), as far as these figures need them: 8-bit RGB in, few colours out."""

import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def read(data):
    """`(width, height, [red, green, blue])`, each a list of bytes, row by row."""
    if data[:8] != _SIGNATURE:
        raise ValueError("this is no PNG file")
    at, packed = 8, b""
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, *form = struct.unpack(">IIBBBBB", body)
            if form != [8, 2, 0, 0, 0]:
                raise ValueError("only 8-bit RGB without interlacing is read here")
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    lines = zlib.decompress(packed)
    size = 3 * width
    above, pixels = bytearray(size), bytearray()
    for y in range(height):
        start = y * (size + 1)
        above = _unfilter(lines[start], bytearray(lines[start + 1 : start + 1 + size]), above)
        pixels += above
    return width, height, [list(pixels[channel::3]) for channel in range(3)]


def _unfilter(kind, line, above):
    for at in range(len(line)):
        left = line[at - 3] if at >= 3 else 0
        up, corner = above[at], above[at - 3] if at >= 3 else 0
        if kind == 1:
            line[at] = (line[at] + left) & 255
        elif kind == 2:
            line[at] = (line[at] + up) & 255
        elif kind == 3:
            line[at] = (line[at] + (left + up) // 2) & 255
        elif kind == 4:
            guess = left + up - corner
            nearest = min((left, up, corner), key=lambda value: abs(guess - value))
            line[at] = (line[at] + nearest) & 255
    return line


def write(width, indices, palette):
    """A file of at most 256 colours, `palette` being triples of bytes."""
    depth = next(bits for bits in (1, 2, 4, 8) if len(palette) <= 2**bits)
    lines = bytearray()
    for start in range(0, len(indices), width):
        lines.append(0)
        row, each = indices[start : start + width], 8 // depth
        for at in range(0, width, each):
            byte = 0
            for place in range(each):
                byte = byte << depth | (row[at + place] if at + place < width else 0)
            lines.append(byte)
    head = struct.pack(">IIBBBBB", width, len(indices) // width, depth, 3, 0, 0, 0)
    return (
        _SIGNATURE
        + _chunk(b"IHDR", head)
        + _chunk(b"PLTE", bytes(part for colour in palette for part in colour))
        + _chunk(b"IDAT", zlib.compress(bytes(lines), 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind, body):
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)
