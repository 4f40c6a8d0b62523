#!/usr/bin/env python3
"""Makes pairs.json: Hodges-Lehmann centres and exact intervals of published paired data.

Needs nothing but Python. The distribution of the signed ranks is counted over all assignments of signs; an interval goes from the k-th smallest to the k-th
largest mean of two differences, where k - 1 is the largest rank sum that chance falls to or below in less than half of the error rate
(Hollander and Wolfe, Nonparametric Statistical Methods, 3.2 and 3.3).
"""
import itertools
import json
import statistics

PUBLISHED = [
    ("Darwin's maize, crossed minus self-fertilised, in eighths of an inch (Fisher, The Design of Experiments, 1935, section 17)",
     [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]),
    ("Hours of sleep won by the second drug over the first (Student, Biometrika 6, 1908)",
     [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]),
    ("Depression scale factor IV, after minus before (Hollander and Wolfe, table 3.1)",
     [-0.952, 0.147, -1.022, -0.430, -0.620, -0.590, -0.490, 0.080, -0.010]),
]


def below(n):
    """By rank sum, in how many of the 2^n assignments of signs the positive ranks add up to it."""
    counts = [0] * (n * (n + 1) // 2 + 1)
    for signs in itertools.product((0, 1), repeat=n):
        counts[sum(rank for rank, sign in enumerate(signs, 1) if sign)] += 1
    return counts


cases = []
for source, differences in PUBLISHED:
    n, counts = len(differences), below(len(differences))
    means = sorted((a + b) / 2 for a, b in itertools.combinations_with_replacement(differences, 2))
    for confidence in (0.9, 0.95, 0.99):
        tail, k = 0, 0
        while (tail := tail + counts[k]) / 2 ** n <= (1 - confidence) / 2:
            k += 1
        exists = k > 0
        cases.append({"source": source, "differences": differences, "confidence": confidence, "value": statistics.median(means),
                      "low": means[k - 1] if exists else None, "high": means[-k] if exists else None})
with open("pairs.json", "w") as file:
    file.write('{"cases": [\n' + ",\n".join(json.dumps(case) for case in cases) + "\n]}\n")
