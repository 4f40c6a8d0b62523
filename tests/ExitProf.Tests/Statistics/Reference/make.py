#!/usr/bin/env python3
"""Makes scipy.json: estimates and intervals from SciPy's tests and quantiles, for data drawn from a seed.

A rank interval is found by inverting SciPy's test: it goes from the first to the last pairwise value behind which the p-value exceeds 1 - confidence.
"""
import json
import numpy
import scipy
from scipy import stats

random = numpy.random.default_rng(20100809)


def inverted(sums, p, alpha):
    """sums ascending; p(shift) is two-sided and rises towards the centre."""
    low, high = 0, len(sums) // 2
    while high - low > 1:  # p behind sums[low - 1] is at most alpha, p behind sums[high - 1] above it
        middle = (low + high) // 2
        if p((sums[middle - 1] + sums[middle]) / 2) <= alpha:
            low = middle
        else:
            high = middle
    return sums[high - 1], sums[len(sums) - high]


def signed_rank(x, confidence):
    sums = numpy.sort([(x[i] + x[k]) / 2 for i in range(len(x)) for k in range(i, len(x))])
    mode = "exact" if len(x) <= 50 else "approx"
    low, high = inverted(sums, lambda s: stats.wilcoxon(x - s, mode=mode, correction=True).pvalue, 1 - confidence)
    return numpy.median(sums), low, high


def mann_whitney(x, y, confidence):
    sums = numpy.sort((y[:, None] - x[None, :]).ravel())
    method = "exact" if max(len(x), len(y)) <= 50 else "asymptotic"
    low, high = inverted(sums, lambda s: stats.mannwhitneyu(y - s, x, alternative="two-sided", method=method).pvalue, 1 - confidence)
    return numpy.median(sums), low, high


def welch(x, y, confidence):
    a, b = x.var(ddof=1) / len(x), y.var(ddof=1) / len(y)
    freedom = (a + b) ** 2 / (a * a / (len(x) - 1) + b * b / (len(y) - 1))
    shift = y.mean() - x.mean()
    half = numpy.sqrt(a + b) * stats.t.ppf(0.5 + confidence / 2, freedom)
    # The test, at the end of the interval, must give the interval's own confidence.
    assert abs(stats.ttest_ind(y - shift - half, x, equal_var=False).pvalue - (1 - confidence)) < 1e-9
    return shift, shift - half, shift + half


def draw(count, shape):
    match shape:
        case 0: values = random.normal(0.3, 1, count)
        case 1: values = random.standard_t(2, count)
        case _: values = random.exponential(2, count) - 0.5
    return numpy.round(values, 6)


cases = []
for i, (n, confidence) in enumerate([(8, 0.99), (9, 0.9), (10, 0.998), (12, 0.98), (20, 0.99), (20, 0.9), (35, 0.99), (50, 0.99), (51, 0.9), (52, 0.99), (120, 0.99)]):
    x = draw(n, i % 3)
    cases.append(("signed-rank", confidence, x, [], *signed_rank(x, confidence)))
for i, (m, n, confidence) in enumerate([(8, 8, 0.99), (8, 8, 0.9), (8, 12, 0.99), (20, 15, 0.998), (50, 50, 0.99), (50, 8, 0.9), (51, 40, 0.99), (100, 60, 0.9)]):
    x, y = draw(m, i % 3), draw(n, i % 3) + 0.5
    cases.append(("mann-whitney", confidence, x, y, *mann_whitney(x, y, confidence)))
for i, (m, n, confidence) in enumerate([(2, 2, 0.99), (2, 5, 0.9), (5, 4, 0.9), (5, 4, 0.99), (30, 7, 0.99), (7, 300, 0.998)]):
    x, y = draw(m, i % 3), draw(n, i % 3) + 0.5
    cases.append(("welch", confidence, x, y, *welch(x, y, confidence)))

with open("scipy.json", "w") as file:
    file.write('{"scipy": "%s", "cases": [\n' % scipy.__version__)
    rows = [{"method": m, "confidence": c, "x": list(map(float, x)), "y": [round(float(v), 6) for v in y], "value": float(v), "low": float(l), "high": float(h)} for m, c, x, y, v, l, h in cases]
    file.write(",\n".join(json.dumps(row) for row in rows))
    file.write("\n]}\n")
