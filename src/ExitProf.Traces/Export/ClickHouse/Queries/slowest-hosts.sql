-- Hosts by how much longer their median exit takes than that of the median host: untraced exits by configuration, foreign machines by reason.
SELECT
    scenario, configuration, mode, unit, grain, name, kvm_exit, a_host.2 AS host, a_host.3 AS traces, a_host.4 AS exits, a_host.5 AS mean, a_host.1 AS p50, a_host.6 AS p99,
    of_hosts, median_p50, p50 / median_p50 AS ratio
FROM
(
    SELECT scenario, configuration, mode, unit, grain, name, kvm_exit, median_p50, length(hosts) AS of_hosts, arrayJoin(hosts) AS a_host
    FROM
    (
        SELECT
            scenario, configuration, mode, unit, grain, name, kvm_exit, quantileExact(0.5)(p50) AS median_p50,
            groupArray((p50, host, traces, all_exits, mean, p99)) AS hosts
        FROM
        (
            SELECT
                scenario, configuration, mode, unit, grain, name, kvm_exit, host, traces, all_exits, all_total / all_exits AS mean,
                quantiles[1] AS p50, quantiles[3] AS p99, least_value, most_value, a_tick, merged.1 AS at, merged.2 AS counts, arrayCumSum(counts) AS below, arrayReduce('sum', counts) AS n,
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
                    scenario, configuration, mode, unit, grain, name, kvm_exit, host, uniqExact(trace) AS traces, sum(exits) AS all_exits, sum(total) AS all_total,
                    any(tick) AS a_tick, minIf(shortest, exits > 0) AS least_value, max(longest) AS most_value,
                    sumMap(histogram.value, histogram.exits) AS merged
                FROM states
                WHERE kind IN ('untraced', 'reason') AND NOT halt AND exits > 0 AND (trace, attempt) GLOBAL IN (SELECT trace, max(attempt) FROM traces GROUP BY trace)
                GROUP BY scenario, configuration, mode, unit, grain, name, kvm_exit, host
            )
        )
        GROUP BY scenario, configuration, mode, unit, grain, name, kvm_exit
    )
)
ORDER BY ratio DESC, scenario, configuration, mode, unit, grain, name, kvm_exit, host
