-- Each kernel compared with each that was recorded before it on CPUs of the same name: total, untraced exits and stages, as recorded.
-- `error` is the standard error of the shift of the traces' means, which are the unit: exits of one trace are correlated. For a verdict: exitprof compare.
-- To narrow it: SELECT * FROM ( this ) WHERE base = '6.1.0-40-amd64' AND kernel = '6.12.48+deb13-amd64'
SELECT
    scenario, configuration, mode, unit, grain, cpu, kind, name, earlier.2 AS base, later.2 AS kernel, earlier.3 AS base_traces, later.3 AS traces,
    earlier.4 AS base_exits, later.4 AS exits, earlier.5 AS base_centre, later.5 AS centre, centre - base_centre AS shift,
    100 * shift / base_centre AS percent, sqrt(earlier.6 / base_traces + later.6 / traces) AS error,
    earlier.7 AS base_p50, later.7 AS p50, earlier.8 AS base_p99, later.8 AS p99
FROM
(
    SELECT scenario, configuration, mode, unit, grain, cpu, kind, name, place, later, arrayJoin(arraySlice(kernels, 1, toInt64(i) - 1)) AS earlier
    FROM
    (
        SELECT scenario, configuration, mode, unit, grain, cpu, kind, name, place, kernels, arrayJoin(arrayEnumerate(kernels)) AS i, kernels[i] AS later
        FROM
        (
            SELECT
                scenario, configuration, mode, unit, grain, cpu, kind, name, min(first_place) AS place,
                arraySort(groupArray((since, kernel, traces, all_exits, centre, variance, p50, p99))) AS kernels
            FROM
            (
                SELECT
                    scenario, configuration, mode, unit, grain, cpu, kind, name, kernel, since, first_place, traces, all_exits, variance,
                    if(unit = 'instructions', toFloat64(common), all_total / all_exits) AS centre, quantiles[1] AS p50, quantiles[3] AS p99,
                    least_value, most_value, a_tick, merged.1 AS at, merged.2 AS counts, arrayCumSum(counts) AS below, arrayReduce('sum', counts) AS n,
                    a_tick * arrayElement(at, arrayFirstIndex(b -> 2 * b >= n, below)) AS common,
                    arrayMap(v -> if(v < 8192, 1., exp2(floor(log2(v)) - 12)), at) AS widths,
                    -- 18.16 forgets columns that only a lambda names: the condition names them, too, and is always true.
                    if(length(at) + length(counts) + length(below) + length(widths) + n + least_value + most_value + a_tick >= 0, [0.5, 0.9, 0.99], [0.5, 0.9, 0.99]) AS shares,
                    arrayMap(q -> arrayFirstIndex(b -> b >= q * n, below), shares) AS places,
                    -- Values of a bucket are taken as spread evenly, from half a tick below its first value to half a tick above its last one.
                    arrayMap((q, i) -> a_tick * if(i = 0, toFloat64(most_value),
                        if(below[i] = q * n AND i < length(at), (at[i] - 0.5 + widths[i] + at[i + 1] - 0.5) / 2,
                            least(greatest(at[i] - 0.5 + widths[i] * (q * n - (below[i] - counts[i])) / counts[i], toFloat64(least_value)),
                                toFloat64(most_value)))), shares, places) AS quantiles
                FROM
                (
                    SELECT
                        scenario, configuration, mode, unit, grain, cpu, kind, name, kernel, min(start) AS since, min(position) AS first_place,
                        uniqExact(trace) AS traces, sum(exits) AS all_exits, sum(total) AS all_total, varSamp(total / exits) AS variance,
                        any(tick) AS a_tick, minIf(shortest, exits > 0) AS least_value, max(longest) AS most_value,
                        sumMap(histogram.value, histogram.exits) AS merged
                    FROM states
                    WHERE kind IN ('total', 'untraced', 'stage') AND exits > 0 AND (trace, attempt) GLOBAL IN (SELECT trace, max(attempt) FROM traces GROUP BY trace)
                    GROUP BY scenario, configuration, mode, unit, grain, cpu, kind, name, kernel
                )
            )
            GROUP BY scenario, configuration, mode, unit, grain, cpu, kind, name
        )
    )
)
ORDER BY scenario, configuration, mode, unit, grain, cpu, base, kernel, place
