-- The stage table of each scenario and configuration over all traces: the figures of `exitprof report`, merged, in the clock's unit.
-- Quantiles are those of the merged histogram: exact below 8,192 ticks of the clock, within 1/4096 above.
-- To narrow it: SELECT * FROM ( this ) WHERE scenario = 'pio-out'
SELECT
    scenario, configuration, mode, unit, grain, kind, name, stage_group, stage_state, stage_bound, traces, all_exits AS exits,
    if(kind = 'untraced', loop_mean, 0) AS loop,
    all_total / all_exits - loop AS mean,
    -- A software CPU takes the same path each time: the count of most exits (the middle one where no half of them has one) stands for the mean.
    if(unit = 'instructions' AND NOT (kind = 'untraced' AND mode = 'emulated'), toFloat64(common), mean) AS centre,
    quantiles[1] - loop AS p50, quantiles[2] - loop AS p90, quantiles[3] - loop AS p99,
    least_value * a_tick - loop AS shortest, most_value * a_tick - loop AS longest,
    probes / all_exits AS probe,
    centre - probe AS corrected,
    corrected / if(unit = 'instructions', toFloat64(untraced_common), untraced_mean - loop_mean) AS share
FROM
(
    SELECT
        scenario, configuration, mode, unit, grain, kind, name, stage_group, stage_state, stage_bound, place, traces, all_exits, all_total, probes,
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
            scenario, configuration, mode, unit, grain, kind, name, stage_group, any(state) AS stage_state, any(bound) AS stage_bound,
            min(position) AS place, uniqExact(trace) AS traces, sum(exits) AS all_exits, sum(total) AS all_total, sum(probe * exits) AS probes,
            any(tick) AS a_tick, minIf(shortest, exits > 0) AS least_value, max(longest) AS most_value,
            sumMap(histogram.value, histogram.exits) AS merged
        FROM states
        WHERE kind IN ('total', 'untraced', 'stage', 'step') AND (trace, attempt) GLOBAL IN (SELECT trace, max(attempt) FROM traces GROUP BY trace)
        GROUP BY scenario, configuration, mode, unit, grain, kind, name, stage_group
    )
)
ANY LEFT JOIN
(
    -- The untraced exits that a share is of, and what the loop around the exits of an emulated guest takes.
    SELECT
        scenario, configuration, mode, unit, grain, untraced_total / untraced_exits AS untraced_mean, if(loops = 0, 0, loop_total / loops) AS loop_mean,
        arrayCumSum(merged.2) AS below, arrayReduce('sum', merged.2) AS n,
        a_tick * arrayElement(merged.1, arrayFirstIndex(b -> 2 * b >= n, below)) AS untraced_common
    FROM
    (
        SELECT
            scenario, configuration, mode, unit, grain, any(tick) AS a_tick, sumIf(total, kind = 'untraced') AS untraced_total, sumIf(exits, kind = 'untraced') AS untraced_exits,
            sumIf(total, kind = 'empty-loop') AS loop_total, sumIf(exits, kind = 'empty-loop') AS loops,
            sumMap(histogram.value, histogram.exits) AS merged
        FROM states
        WHERE kind IN ('untraced', 'empty-loop') AND (trace, attempt) GLOBAL IN (SELECT trace, max(attempt) FROM traces GROUP BY trace)
        GROUP BY scenario, configuration, mode, unit, grain
    )
) USING (scenario, configuration, mode, unit, grain)
ORDER BY scenario, configuration, mode, unit, grain, place
