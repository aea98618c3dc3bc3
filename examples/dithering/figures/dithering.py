"""Dithering, with nothing but whole numbers, so that every machine draws the same dots.

A picture is `(width, height, channels)`: one list of light for each channel, row by row, where 0 is
dark and `FULL` is full. Light, unlike the bytes of a file, may be averaged.
"""

from bisect import bisect

FULL = 1_000_000


def _light(byte):
    """What a byte of sRGB says (IEC 61966-2-1)."""
    share = byte / 255
    return round(FULL * (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4))


LIGHT = [_light(byte) for byte in range(256)]
_BETWEEN = [(low + high) / 2 for low, high in zip(LIGHT, LIGHT[1:])]


def byte(light):
    """The byte whose light is nearest."""
    return bisect(_BETWEEN, light)


def halved(picture):
    """Half as wide and high: each pixel is the mean of four."""
    width, height, channels = picture
    small_width, small_height = width // 2, height // 2
    small = []
    for channel in channels:
        pixels = []
        for y in range(small_height):
            above = 2 * y * width
            below = above + width
            for x in range(0, 2 * small_width, 2):
                four = channel[above + x] + channel[above + x + 1]
                pixels.append((four + channel[below + x] + channel[below + x + 1] + 2) // 4)
        small.append(pixels)
    return small_width, small_height, small


def grey(picture):
    """One channel, as bright as the eye finds the three (ITU-R BT.709)."""
    width, height, (red, green, blue) = picture
    mixed = [(2126 * r + 7152 * g + 722 * b) // 10_000 for r, g, b in zip(red, green, blue)]
    return width, height, [mixed]


def levels(count):
    """`count` bytes, evenly spaced from black to white."""
    return [round(255 * step / (count - 1)) for step in range(count)]


def rounded(channel, width, steps):
    """Every pixel takes the nearest of the levels, as bytes count; gives indices."""
    return [min(range(len(steps)), key=lambda i: abs(steps[i] - byte(light))) for light in channel]


def by_threshold(channel, width, steps, thresholds):
    """Between two levels, a pixel takes the upper one if its light is above the threshold there.

    `thresholds` is a square of numbers from 0 to 1, laid out like tiles.
    """
    lights = [LIGHT[step] for step in steps]
    side = len(thresholds)
    chosen = []
    for at, light in enumerate(channel):
        low = min(bisect(lights, light), len(lights) - 1) - 1
        share = (light - lights[low]) / (lights[low + 1] - lights[low])
        y, x = divmod(at, width)
        chosen.append(low + (share > thresholds[y % side][x % side]))
    return chosen


def diffused(channels, width, palette):
    """Floyd and Steinberg (1976): what a pixel gets wrong, those that come next make good.

    `palette` holds colours in bytes, as many numbers each as there are channels; gives indices.
    """
    lights = [[LIGHT[part] for part in colour] for colour in palette]
    height = len(channels[0]) // width
    owed = [[0] * (width + 2) for _ in channels]
    # Which colour is nearest is asked once for a small box of wishes: a choice that is a little off
    # is made good like any other.
    known = {}
    chosen = []
    for y in range(height):
        later = [[0] * (width + 2) for _ in channels]
        for x in range(width):
            at = y * width + x
            wanted = [c[at] + o[x + 1] // 16 for c, o in zip(channels, owed)]
            box = tuple(part >> 14 for part in wanted)
            if box not in known:
                known[box] = _nearest([(part << 14) + (1 << 13) for part in box], lights)
            best = known[box]
            chosen.append(best)
            for part, light in enumerate(lights[best]):
                wrong = wanted[part] - light
                # An impossible wish must not be handed on for ever.
                wrong = max(-FULL // 2, min(FULL // 2, wrong))
                owed[part][x + 2] += 7 * wrong
                later[part][x] += 3 * wrong
                later[part][x + 1] += 5 * wrong
                later[part][x + 2] += wrong
        owed = later
    return chosen


def _nearest(colour, palette):
    """The index of the nearest colour, the first of equals."""
    distances = [sum([(a - b) ** 2 for a, b in zip(colour, other)]) for other in palette]
    return distances.index(min(distances))


def ordered(doublings=3):
    """Bayer's square (1973): each doubling puts four copies into one another."""
    square = [[0]]
    for _ in range(doublings):
        spread = [[4 * n for n in row] + [4 * n + 2 for n in row] for row in square]
        spread += [[4 * n + 3 for n in row] + [4 * n + 1 for n in row] for row in square]
        square = spread
    return _centred(square)


def white_noise(side=64):
    """Every threshold once, shuffled (a linear congruential generator, with Fisher and Yates)."""
    numbers, state = list(range(side * side)), 1
    for last in range(len(numbers) - 1, 0, -1):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        other = (state >> 33) % (last + 1)
        numbers[last], numbers[other] = numbers[other], numbers[last]
    return _centred([numbers[row * side : (row + 1) * side] for row in range(side)])


def blue_noise(side=32):
    """Void and cluster (Ulichney 1993): each next dot goes where it is loneliest."""
    area = side * side
    reach = [min(d, side - d) ** 2 for d in range(side)]
    bell = [[round(FULL * 2.718281828 ** (-(a + b) / 4.5)) for b in reach] for a in reach]
    crowd = [0] * area

    def put(spot, sign):
        row, column = divmod(spot, side)
        for y in range(side):
            line, base = bell[(y - row) % side], y * side
            for x in range(side):
                crowd[base + x] += sign * line[(x - column) % side]

    dots = set()
    for spot, wanted in enumerate(number for row in white_noise(side) for number in row):
        if wanted < 0.1:
            dots.add(spot)
            put(spot, 1)
    while True:
        tightest = max(dots, key=lambda spot: (crowd[spot], spot))
        dots.remove(tightest)
        put(tightest, -1)
        widest = min((s for s in range(area) if s not in dots), key=lambda s: (crowd[s], s))
        dots.add(widest)
        put(widest, 1)
        if widest == tightest:
            break
    first, kept = set(dots), list(crowd)
    rank = [0] * area
    for place in range(len(dots) - 1, -1, -1):
        tightest = max(dots, key=lambda spot: (crowd[spot], spot))
        dots.remove(tightest)
        put(tightest, -1)
        rank[tightest] = place
    dots, crowd[:] = first, kept
    for place in range(len(dots), area):
        widest = min((s for s in range(area) if s not in dots), key=lambda s: (crowd[s], s))
        dots.add(widest)
        put(widest, 1)
        rank[widest] = place
    return _centred([rank[row * side : (row + 1) * side] for row in range(side)])


def _centred(square):
    """Whole numbers from 0 on, as thresholds between 0 and 1."""
    count = len(square) ** 2
    return [[(number + 0.5) / count for number in row] for row in square]


def own_palette(channels, count, rounds=24):
    """`count` colours for a picture: k-means on its colours, five bits a channel."""
    cells = {}
    for colour in zip(*channels):
        colour = tuple(byte(light) for light in colour)
        cell = cells.setdefault(tuple(part >> 3 for part in colour), [0, 0, 0, 0])
        for part, value in enumerate(colour + (1,)):
            cell[part] += value
    points = [([s // c[3] for s in c[:3]], c[3]) for _, c in sorted(cells.items())]

    # The first guess: each next colour is the one that is worst off (Gonzalez 1985).
    palette = [max(points, key=lambda point: point[1])[0]]
    worst = [FULL] * len(points)
    while len(palette) < count:
        for at, (point, _) in enumerate(points):
            worst[at] = min(worst[at], sum([(a - b) ** 2 for a, b in zip(point, palette[-1])]))
        palette.append(points[worst.index(max(worst))][0])
    for _ in range(rounds):
        sums = [[0, 0, 0, 0] for _ in palette]
        for point, weight in points:
            near = _nearest(point, palette)
            for part in range(3):
                sums[near][part] += point[part] * weight
            sums[near][3] += weight
        moved = [
            [(2 * s + n) // (2 * n) for s in total[:3]] if (n := total[3]) else old
            for total, old in zip(sums, palette)
        ]
        if moved == palette:
            break
        palette = moved
    return sorted(palette)


def nearest(channels, palette):
    """Every pixel takes the nearest colour of the palette, as bytes count; gives indices."""
    found = {}
    chosen = []
    for colour in zip(*channels):
        if colour not in found:
            seen = [byte(light) for light in colour]
            found[colour] = _nearest(seen, palette)
        chosen.append(found[colour])
    return chosen


def difference(picture, indices, palette, block):
    """How far a dithered picture is off, seen as squares of `block` pixels: the root of the mean
    squared difference, in bytes of sRGB."""
    width, height, channels = picture
    total = count = 0
    for part, channel in enumerate(channels):
        drawn = [LIGHT[palette[index][part]] for index in indices]
        for top in range(0, height - block + 1, block):
            for left in range(0, width - block + 1, block):
                rows = [y * width + left for y in range(top, top + block)]
                want = sum(sum(channel[at : at + block]) for at in rows) // block**2
                have = sum(sum(drawn[at : at + block]) for at in rows) // block**2
                total += (byte(want) - byte(have)) ** 2
                count += 1
    return (total / count) ** 0.5
