"""A square wave as a sum of sines."""
from math import pi, sin
import prebake

SIZE, HEIGHT = 480, 160


@prebake.figure
def harmonics(job):
    terms = job.props["terms"]
    points = []
    for x in range(SIZE + 1):
        t = 2 * pi * x / SIZE
        y = sum(sin((2 * k + 1) * t) / (2 * k + 1) for k in range(terms)) * 4 / pi
        points.append(f"{x},{HEIGHT / 2 - 60 * y:.2f}")
    job.write("wave.svg", f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {HEIGHT}">'
              f'<polyline points="{" ".join(points)}" fill="none" stroke="#a3195b" stroke-width="2"/></svg>')
    print("drew", terms, "terms")
    return {"picture": {"file": "wave.svg", "alt": f"A square wave of {terms} sines"},
            "caption": f"{terms} sines make this wave."}
