#!/usr/bin/env python3
"""Writes the shells of a robot (meshes for looks only) from their cross-sections.

    tools/make_shells.py robots/qinglong      reads shells.yaml there, writes shells/*.obj

A shell is a row of superellipses along one axis, joined by a smooth curve and closed at both ends:
    shells:
      thigh: {along: z, around: 24, rings: 12, sections: [[s, a, b, ra, rb, n], ...]}
s: place along the axis; (a, b): centre in the two other axes, in the order x, y, z; ra, rb: half widths;
n: 2 is an ellipse, more is squarer. Metres, in the link's frame.

A panel is a piece of a shell, lifted off it, to be painted otherwise:
    panels:
      badge: {of: thigh, along: [s0, s1], turn_deg: [from, to], lift: 0.003, taper: 1, round: 5}
The turn counts from the first cross axis towards the second; taper < 1 narrows the panel towards s1;
round is the outline's squareness, as n above.
"""
import math
import pathlib
import sys

import yaml

AXES = {"x": (0, 1, 2), "y": (1, 0, 2), "z": (2, 0, 1)}  # along, first cross axis, second


def curve(rows, s):
    """Catmull-Rom value of all columns at s; rows are sorted by their first column."""
    k = max(i for i in range(len(rows) - 1) if rows[i][0] <= s + 1e-12)
    p1, p2 = rows[k], rows[k + 1]
    h = p2[0] - p1[0]
    t = min(max((s - p1[0]) / h, 0.0), 1.0)

    def slope(i):
        a, b = rows[max(i - 1, 0)], rows[min(i + 1, len(rows) - 1)]
        return [(y - x) / (b[0] - a[0]) for x, y in zip(a, b)]

    m1, m2 = slope(k), slope(k + 1)
    h00, h10 = (1 + 2 * t) * (1 - t) ** 2, t * (1 - t) ** 2
    h01, h11 = t * t * (3 - 2 * t), t * t * (t - 1)
    return [h00 * a + h * h10 * da + h01 * b + h * h11 * db for a, b, da, db in zip(p1, p2, m1, m2)]


class Shell:
    def __init__(self, data):
        self.axes = AXES[data["along"]]
        self.rows = sorted(data["sections"])
        self.around, self.rings = data.get("around", 24), data.get("rings", 12)

    def point(self, s, phi):
        _, a, b, ra, rb, n = curve(self.rows, s)
        power = lambda c: math.copysign(abs(c) ** (2 / n), c)
        p = [0.0] * 3
        for axis, value in zip(self.axes, (s, a + ra * power(math.cos(phi)), b + rb * power(math.sin(phi)))):
            p[axis] = value
        return p

    def normal(self, s, phi):
        e, lo, hi = 1e-4, self.rows[0][0], self.rows[-1][0]
        s0, s1 = max(s - e, lo), min(s + e, hi)
        u = [y - x for x, y in zip(self.point(s0, phi), self.point(s1, phi))]
        # The middle of a superellipse's side has no speed in phi: step wide enough to see the direction.
        v = [y - x for x, y in zip(self.point(s, phi - 0.05), self.point(s, phi + 0.05))]
        w = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
        if self.axes != AXES["y"]:
            w = [-x for x in w]
        size = math.sqrt(sum(x * x for x in w))
        return [x / size for x in w]

    def places(self):
        """Ring places: every section, and between them as many as the number of rings allows."""
        lo, hi = self.rows[0][0], self.rows[-1][0]
        # Cosine spacing: more rings at the ends, where a shell closes.
        return [lo + (hi - lo) * 0.5 * (1 - math.cos(math.pi * i / (self.rings - 1))) for i in range(self.rings)]

    def mesh(self):
        n, places = self.around, self.places()
        points = [self.point(s, 2 * math.pi * i / n) for s in places for i in range(n)]
        faces = []
        for r in range(len(places) - 1):
            for i in range(n):
                a, b = r * n + i, r * n + (i + 1) % n
                faces += [(a, b, b + n), (a, b + n, a + n)]
        for ring, inwards in ((0, True), (len(places) - 1, False)):
            _, ca, cb, *_ = curve(self.rows, places[ring])
            centre = [0.0] * 3
            for axis, value in zip(self.axes, (places[ring], ca, cb)):
                centre[axis] = value
            points.append(centre)
            for i in range(n):
                a, b = ring * n + i, ring * n + (i + 1) % n
                faces.append((len(points) - 1, b, a) if inwards else (len(points) - 1, a, b))
        return points, self.outwards(faces)

    def outwards(self, faces):
        return [tuple(reversed(f)) for f in faces] if self.axes == AXES["y"] else faces


def panel(shell, data):
    (s0, s1), (t0, t1) = data["along"], (math.radians(t) for t in data["turn_deg"])
    lift, taper, n = data.get("lift", 0.003), data.get("taper", 1.0), data.get("round", 5)
    nu, nv = data.get("cells", [8, 6])
    points, faces = [], []
    # One more row and column on each side: the rim, sunk into the shell.
    for i in range(-1, nu + 2):
        for j in range(-1, nv + 2):
            rim = i < 0 or j < 0 or i > nu or j > nv
            # Both from -1 to 1; rows crowd at the ends, where the outline bends.
            u = -0.99 * math.cos(math.pi * min(max(i, 0), nu) / nu)
            v = (2 * min(max(j, 0), nv) / nv - 1) * (1 - abs(u) ** n) ** (1 / n)
            s = (s0 + s1) / 2 + (s1 - s0) / 2 * u
            phi = (t0 + t1) / 2 + (t1 - t0) / 2 * v * (1 + (taper - 1) * (u + 1) / 2)
            out = -0.004 if rim else lift
            points.append([p + out * k for p, k in zip(shell.point(s, phi), shell.normal(s, phi))])
    columns = nv + 3
    for i in range(nu + 2):
        for j in range(nv + 2):
            a = i * columns + j
            faces += [(a, a + 1, a + columns + 1), (a, a + columns + 1, a + columns)]
    return points, shell.outwards(faces)


def write_obj(path, points, faces):
    lines = ["v " + " ".join(f"{x:.4f}" for x in p) for p in points]
    lines += ["f " + " ".join(str(i + 1) for i in f) for f in faces]
    path.write_text("\n".join(lines) + "\n")


def main():
    folder = pathlib.Path(sys.argv[1])
    data = yaml.safe_load((folder / "shells.yaml").read_text())
    out = folder / "shells"
    out.mkdir(exist_ok=True)
    shells = {name: Shell(d) for name, d in data["shells"].items()}
    for name, shell in shells.items():
        write_obj(out / f"{name}.obj", *shell.mesh())
    for name, d in data.get("panels", {}).items():
        write_obj(out / f"{name}.obj", *panel(shells[d["of"]], d))
    total = sum(f.stat().st_size for f in out.glob("*.obj"))
    print(f"{len(list(out.glob('*.obj')))} meshes, {total / 1000:.0f} kB")


if __name__ == "__main__":
    main()
