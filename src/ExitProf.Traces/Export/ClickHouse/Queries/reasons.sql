-- The exits of machines that ran anyway (attach, import) by reason, over all traces; halts are no cost and come last.
-- Times are in the clock's unit; `share` is of the time of all exits but halts.
SELECT
    scenario, unit, grain, name AS reason, kvm_exit, userspace, halt, traces, every_one AS count, paired, all_total AS total,
    if(halt, nan, all_total / exit_time) AS share, all_total / paired AS mean,
    quantiles[1] AS p50, quantiles[2] AS p90, quantiles[3] AS p99, least_value AS shortest, most_value AS longest
FROM
(
    SELECT
        scenario, unit, grain, name, kvm_exit, userspace, halt, traces, every_one, paired, all_total, least_value, most_value, a_tick,
        merged.1 AS at, merged.2 AS counts, arrayCumSum(counts) AS below, arrayReduce('sum', counts) AS n,
        a_tick * arrayElement(at, indexOf(counts, arrayReduce('max', counts))) AS mode_value,
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
            scenario, unit, grain, name, kvm_exit, userspace, halt,
            uniqExact(trace) AS traces, sum(all_exits) AS every_one, sum(exits) AS paired, sum(total) AS all_total,
            any(tick) AS a_tick, minIf(shortest, exits > 0) AS least_value, max(longest) AS most_value,
            sumMap(histogram.value, histogram.exits) AS merged
        FROM states
        WHERE kind = 'reason' AND (trace, attempt) GLOBAL IN (SELECT trace, max(attempt) FROM traces GROUP BY trace)
        GROUP BY scenario, unit, grain, name, kvm_exit, userspace, halt
    )
)
ANY LEFT JOIN
(
    SELECT scenario, unit, grain, sumIf(total, NOT halt) AS exit_time
    FROM states
    WHERE kind = 'reason' AND (trace, attempt) GLOBAL IN (SELECT trace, max(attempt) FROM traces GROUP BY trace)
    GROUP BY scenario, unit, grain
) USING (scenario, unit, grain)
ORDER BY scenario, unit, grain, halt, total DESC, reason, kvm_exit
