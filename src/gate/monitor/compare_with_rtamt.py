"""Holds the monitor to rtamt.   compare_with_rtamt.py FILE SAMPLES

FILE: for each formula its text, its horizon, and SAMPLES lines "x y robustness". Prints what differs; exit 1.
rtamt evaluates the whole trace: its rewriting of the future into the past (pastify) shifts formulas whose parts
look ahead by different times.
"""
import sys

import rtamt


def robustness(text, samples):
    spec = rtamt.StlDiscreteTimeSpecification()
    for name in ("x", "y", "out"):
        spec.declare_var(name, "float")
    spec.spec = "out = " + text
    spec.parse()
    columns = {"time": list(range(len(samples)))}
    for k, name in enumerate(("x", "y")):
        columns[name] = [sample[k] for sample in samples]
    return [value for _, value in spec.evaluate(columns)]


def main(path, count):
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    compared = different = 0
    for start in range(0, len(lines), count + 2):
        text, horizon = lines[start], int(lines[start + 1])
        rows = [tuple(map(float, line.split())) for line in lines[start + 2 : start + 2 + count]]
        theirs = robustness(text, [row[:2] for row in rows])
        for k in range(horizon, count):  # an answer that comes `horizon` samples later
            compared += 1
            if rows[k][2] != theirs[k - horizon]:
                different += 1
                if different <= 5:
                    print(f"{text} at sample {k - horizon}: {rows[k][2]}, rtamt {theirs[k - horizon]}")
    print(f"{compared} values of {len(lines) // (count + 2)} formulas compared, {different} differ")
    return 1 if different or not compared else 0


sys.exit(main(sys.argv[1], int(sys.argv[2])))
