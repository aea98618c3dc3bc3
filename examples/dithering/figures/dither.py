"""The program behind <GreyDither> and <ColourDither>: one JSON object in, one out.

    echo '{"component": "GreyDither", "props": {"method": "diffusion", "alt": "A lighthouse"},
           "inputs": {"src": "content/dithering/lighthouse.png"}, "out": "/tmp"}' \
        | python3 figures/dither.py

Needs Python 3.9 and nothing else.
"""

import html
import json
import sys
from pathlib import Path

import dithering
import png

THRESHOLDS = {
    "noise": dithering.white_noise,
    "ordered": dithering.ordered,
    "blue-noise": dithering.blue_noise,
}


def main():
    request = json.load(sys.stdin)
    width, height, channels = png.read(Path(request["inputs"]["src"]).read_bytes())
    light = [[dithering.LIGHT[byte] for byte in channel] for channel in channels]
    picture = dithering.halved((width, height, light))
    props, out = request["props"], Path(request["out"])
    if request["component"] == "GreyDither":
        control, choices, noun = "levels", [2, 3, 4], "greys"
        picture = dithering.grey(picture)
        frames = (greys(picture, props["method"], count) for count in choices)
    else:
        control, choices, noun = "colours", [8, 27, 64], "colours"
        diffuse = props.get("diffuse", True)
        frames = (colours(picture, props["palette"], diffuse, count) for count in choices)
    columns = {control: choices, "close": [], "afar": [], "bytes": []}
    says = []
    for count, (indices, palette) in zip(choices, frames):
        # A grey is a colour of one number until it is drawn.
        rgb = [colour * 3 if len(colour) == 1 else colour for colour in palette]
        drawn = png.write(picture[0], indices, rgb)
        (out / f"{count}.png").write_bytes(drawn)
        close = dithering.difference(picture, indices, palette, 1)
        afar = dithering.difference(picture, indices, palette, 8)
        for name, value in (("close", close), ("afar", afar), ("bytes", len(drawn))):
            columns[name].append(value)
        says.append(f"{count} {noun}. Off by {close:.1f} up close, by {afar:.1f} from afar.")
        print(f"{count} {noun}", file=sys.stderr)
    shown = choices.index(props.get(control, choices[0]))
    answer = {
        "name": props.get("method") or props["palette"],
        "states": len(choices),
        "html": f'<img src="{choices[shown]}.png" width="{picture[0]}" height="{picture[1]}" '
        f'alt="{html.escape(props["alt"])}" loading="lazy" decoding="async">'
        f"<p>{says[shown]}</p>",
        "model": {"control": control, "choices": choices, "says": says, "noun": noun},
        "urls": {f"frame{at}": f"{count}.png" for at, count in enumerate(choices)},
        "numbers": {"control": control, "columns": columns},
    }
    json.dump(answer, sys.stdout)


def greys(picture, method, count):
    width, _, channels = picture
    steps = dithering.levels(count)
    palette = [[step] for step in steps]
    if method == "round":
        return dithering.rounded(channels[0], width, steps), palette
    if method == "diffusion":
        return dithering.diffused(channels, width, palette), palette
    thresholds = THRESHOLDS[method]()
    return dithering.by_threshold(channels[0], width, steps, thresholds), palette


def colours(picture, kind, diffuse, count):
    width, _, channels = picture
    if kind == "grid":
        steps = dithering.levels(round(count ** (1 / 3)))
        palette = [[red, green, blue] for red in steps for green in steps for blue in steps]
    else:
        palette = dithering.own_palette(channels, count)
    if diffuse:
        return dithering.diffused(channels, width, palette), palette
    return dithering.nearest(channels, palette), palette


if __name__ == "__main__":
    main()
