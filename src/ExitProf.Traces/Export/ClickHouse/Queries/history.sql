-- The untraced exits of each configuration from trace to trace of one host, in the order of their recording, and by how much each differs from the one before.
SELECT
    scenario, configuration, mode, unit, grain, host, this.1 AS start, this.3 AS kernel, this.2 AS id, this.4 AS exits, this.5 AS centre, this.6 AS p50, this.7 AS p99,
    if(i = 1, nan, 100 * (centre / before.5 - 1)) AS percent
FROM
(
    SELECT
        scenario, configuration, mode, unit, grain, host, recordings, arrayJoin(arrayEnumerate(recordings)) AS i, recordings[i] AS this,
        recordings[if(i = 1, i, i - 1)] AS before
    FROM
    (
        SELECT scenario, configuration, mode, unit, grain, host, arraySort(groupArray((start, id, kernel, all_exits, centre, p50, p99))) AS recordings
        FROM
        (
            SELECT
                scenario, configuration, mode, unit, grain, host, start, kernel, toString(trace) AS id, all_exits, if(loops = 0, 0, loop_total / loops) AS loop,
                if(unit = 'instructions' AND mode = 'native', toFloat64(common), all_total / all_exits - loop) AS centre,
                quantiles[1] - loop AS p50, quantiles[3] - loop AS p99, least_value, most_value, a_tick, merged.1 AS at, merged.2 AS counts, arrayCumSum(counts) AS below, arrayReduce('sum', counts) AS n,
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
                    scenario, configuration, mode, unit, grain, host, start, kernel, trace, sumIf(exits, kind = 'untraced') AS all_exits,
                    sumIf(total, kind = 'untraced') AS all_total, sumIf(exits, kind = 'empty-loop') AS loops,
                    sumIf(total, kind = 'empty-loop') AS loop_total,
                    any(tick) AS a_tick, minIf(shortest, kind = 'untraced') AS least_value, max(longest) AS most_value,
                    sumMap(histogram.value, histogram.exits) AS merged
                FROM states
                WHERE kind IN ('untraced', 'empty-loop') AND (trace, attempt) GLOBAL IN (SELECT trace, max(attempt) FROM traces GROUP BY trace)
                GROUP BY scenario, configuration, mode, unit, grain, host, start, kernel, trace
            )
            WHERE all_exits > 0
        )
        GROUP BY scenario, configuration, mode, unit, grain, host
    )
)
ORDER BY scenario, configuration, mode, unit, grain, host, start, id
