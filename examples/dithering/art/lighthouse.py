"""Draws the lighthouse: python3 art/lighthouse.py content/dithering/lighthouse.png

Needs Python 3.9 and nothing else; takes about half a minute. Colours are in linear light until the
last step.
"""

import math
import struct
import sys
import zlib

WIDTH, HEIGHT = 528, 354
HORIZON = 0.63
SUN = (0.27, HORIZON - 0.012)
# Of the sky, from the top to the horizon: height, then red, green and blue in linear light.
SKY = [
    (0.00, (0.012, 0.022, 0.090)),
    (0.35, (0.050, 0.055, 0.190)),
    (0.62, (0.230, 0.100, 0.240)),
    (0.82, (0.720, 0.250, 0.160)),
    (1.00, (1.000, 0.560, 0.220)),
]


def mix(a, b, share):
    return tuple(x + (y - x) * share for x, y in zip(a, b))


def step(low, high, x):
    """0 below `low`, 1 above `high`, smooth between."""
    t = min(1.0, max(0.0, (x - low) / (high - low)))
    return t * t * (3 - 2 * t)


def lattice(x, y):
    """A number from 0 to 1 for each pair of whole numbers, without order."""
    n = (x * 374761393 + y * 668265263) & 0xFFFFFFFF
    n = ((n ^ (n >> 13)) * 1274126177) & 0xFFFFFFFF
    return ((n ^ (n >> 16)) & 0xFFFF) / 0xFFFF


def noise(x, y):
    """Value noise, smooth at the scale of 1."""
    left, top = math.floor(x), math.floor(y)
    u, v = step(0, 1, x - left), step(0, 1, y - top)
    above = lattice(left, top) * (1 - u) + lattice(left + 1, top) * u
    below = lattice(left, top + 1) * (1 - u) + lattice(left + 1, top + 1) * u
    return above * (1 - v) + below * v


def sky(x, y):
    height = min(1.0, max(0.0, y / HORIZON))
    for (low, dark), (high, light) in zip(SKY, SKY[1:]):
        if height <= high:
            colour = mix(dark, light, (height - low) / (high - low))
            break
    # Long thin clouds, lit from below.
    cloud = noise(x * 3.1 + 5, y * 21) * 0.6 + noise(x * 7.3, y * 47 + 3) * 0.4
    cloud = step(0.52, 0.80, cloud) * step(0.10, 0.42, y) * 0.75
    colour = mix(colour, (0.95, 0.36, 0.26), cloud * step(0.25, 0.62, y) * 0.7)
    colour = mix(colour, (0.10, 0.06, 0.16), cloud * (1 - step(0.25, 0.62, y)) * 0.5)
    away = math.hypot((x - SUN[0]) * 1.49, y - SUN[1])
    glow = math.exp(-away * 5.5) * 0.75 + math.exp(-away * 17) * 0.8
    colour = tuple(c + glow * g for c, g in zip(colour, (1.0, 0.52, 0.16)))
    return mix(colour, (1.5, 1.25, 0.75), 1 - step(0.048, 0.052, away))


def star(x, y):
    column, row = int(x * 70), int(y * 47)
    if row > 17 or lattice(column + 900, row) < 0.93:
        return 0.0
    px = (column + 0.2 + 0.6 * lattice(column, row + 70)) / 70
    py = (row + 0.2 + 0.6 * lattice(column + 31, row)) / 47
    away = math.hypot((x - px) * WIDTH, (y - py) * HEIGHT)
    return math.exp(-away * away * 0.9) * (0.3 + lattice(row, column)) * (1 - y / 0.40)


def sea(x, y):
    depth = (y - HORIZON) / (1 - HORIZON)
    # Waves are long near the shore and short far out; they bend what they mirror.
    scale = 9 + 190 * (1 - depth) ** 3
    wave = noise(x * scale * 0.9, y * scale * 3.1) - 0.5
    mirrored = HORIZON - (y - HORIZON) * 1.25 + wave * (0.03 + 0.16 * depth)
    colour = sky(x + wave * 0.03, max(0.0, min(HORIZON, mirrored)))
    colour = mix(colour, (0.010, 0.028, 0.060), 0.45 + 0.3 * depth)
    # The sun's road.
    spread = 0.012 + 0.075 * depth
    road = math.exp(-(((x - SUN[0]) / spread) ** 2))
    road *= step(0.35, 0.75, noise(x * scale * 0.7 + 40, y * scale * 3.7)) * (1 - 0.45 * depth)
    return tuple(c + road * r for c, r in zip(colour, (1.05, 0.62, 0.25)))


def headland(x):
    """How high the land stands at `x`, as a `y`."""
    rise = step(0.50, 0.86, x) * 0.17
    rugged = (noise(x * 23, 3) - 0.5) * 0.030 + (noise(x * 71, 9) - 0.5) * 0.012
    return HORIZON + 0.045 - rise + rugged * step(0.50, 0.60, x)


TOWER = 0.755
FOOT, GALLERY, LANTERN, ROOF, TIP = 0.555, 0.235, 0.222, 0.176, 0.140


def tower(x, y):
    """The tower's colour at a point, or nothing beside it."""
    if GALLERY <= y <= FOOT:
        half = 0.021 + 0.014 * (y - GALLERY) / (FOOT - GALLERY)
        across = (x - TOWER) / half
        if abs(across) > 1:
            return None
        band = int((y - GALLERY) / (FOOT - GALLERY) * 5) % 2
        paint = (0.52, 0.045, 0.030) if band else (0.78, 0.72, 0.66)
        lit = max(0.0, math.cos(math.asin(across) + 1.0)) * 0.95 + 0.07
        shade = mix((0.20, 0.16, 0.30), (1.25, 0.78, 0.48), lit)
        window = abs(x - TOWER + 0.004) < 0.0035 and any(abs(y - w) < 0.011 for w in (0.33, 0.45))
        return (0.02, 0.015, 0.02) if window else tuple(p * s for p, s in zip(paint, shade))
    if LANTERN <= y < GALLERY and abs(x - TOWER) < 0.031:
        return (0.03, 0.022, 0.035)
    if ROOF <= y < LANTERN and abs(x - TOWER) < 0.0165:
        bar = abs((x - TOWER) % 0.011 - 0.0055) < 0.0009
        return (0.05, 0.03, 0.03) if bar else (1.6, 1.35, 0.8)
    if TIP <= y < ROOF and abs(x - TOWER) < 0.020 * (y - TIP) / (ROOF - TIP) + 0.001:
        return (0.16, 0.020, 0.018)
    return None


def beam(x, y):
    """How much of the lamp's two beams is seen at a point."""
    dx, dy = (x - TOWER) * 1.49, y - (LANTERN + ROOF) / 2
    light = math.exp(-math.hypot(dx, dy) * 26) * 0.9
    for angle in (math.pi + 0.13, 0.13):
        along = dx * math.cos(angle) + dy * math.sin(angle)
        if along > 0:
            across = -dx * math.sin(angle) + dy * math.cos(angle)
            width = 0.010 + 0.075 * along
            light += math.exp(-((across / width) ** 2)) * math.exp(-along * 2.1) * 0.34
    return light


def scene(x, y):
    ground = headland(x)
    if y > ground and x > 0.50 and y < HORIZON + 0.045 + 0.10 * step(0.50, 0.95, x):
        grass = noise(x * 130, y * 90) * 0.5 + noise(x * 40, y * 33) * 0.5
        colour = mix((0.006, 0.010, 0.014), (0.060, 0.042, 0.030), grass)
        rim = math.exp(-(y - ground) * 110) * (1 - step(0.50, 0.95, x))
        colour = tuple(c + rim * r for c, r in zip(colour, (0.55, 0.22, 0.08)))
    elif y < HORIZON:
        twinkle = star(x, y)
        colour = tuple(c + twinkle for c in sky(x, y))
    else:
        colour = sea(x, y)
    light = beam(x, y)
    built = tower(x, y)
    colour = built if built else tuple(c + light * b for c, b in zip(colour, (1.0, 0.86, 0.55)))
    # Towards white rather than to a hard edge: Reinhard's curve, with 1.6 as white.
    return tuple(c * (1 + c / 2.56) / (1 + c) * 1.28 for c in colour)


def srgb(light):
    """A byte for a linear light of 0 to 1 (IEC 61966-2-1)."""
    light = min(1.0, max(0.0, light))
    curve = light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    return int(curve * 255 + 0.5)


def png(width, rows):
    """An 8-bit RGB file; each row is filtered by whichever filter leaves the least."""
    packed, before = bytearray(), bytes(width * 3)
    for row in rows:
        left = bytes(3) + row[:-3]
        ways = [
            bytes((a - b) & 255 for a, b in zip(row, left)),
            bytes((a - b) & 255 for a, b in zip(row, before)),
            bytes((a - (b + c) // 2) & 255 for a, b, c in zip(row, left, before)),
        ]
        cost = [sum(min(v, 256 - v) for v in way) for way in ways]
        best = cost.index(min(cost))
        packed += bytes([best + 1]) + ways[best]
        before = row

    def chunk(kind, body):
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, len(rows), 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(packed), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def main(path):
    rows = []
    for row in range(HEIGHT):
        line = bytearray()
        for column in range(WIDTH):
            total = (0.0, 0.0, 0.0)
            for sub in range(4):
                x = (column + 0.25 + 0.5 * (sub % 2)) / WIDTH
                y = (row + 0.25 + 0.5 * (sub // 2)) / HEIGHT
                total = tuple(t + c for t, c in zip(total, scene(x, y)))
            line += bytes(srgb(t / 4) for t in total)
        rows.append(bytes(line))
    with open(path, "wb") as file:
        file.write(png(WIDTH, rows))


if __name__ == "__main__":
    main(sys.argv[1])
