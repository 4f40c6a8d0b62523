-- Sums, extremes and exact quantiles of single exits: those that a report uses, by trace and configuration. Stages are of complete exits.
SELECT
    scenario, configuration, toString(trace) AS id, unit, grain, events, count() AS exits, sum(assumeNotNull(duration)) AS total,
    min(assumeNotNull(duration)) AS shortest, max(assumeNotNull(duration)) AS longest, quantileExact(0.5)(assumeNotNull(duration)) AS median,
    countIf(complete) AS complete_exits,
    sumIf(ifNull(stage_exit, 0), complete) AS exit, sumIf(ifNull(stage_handler, 0), complete) AS handler,
    sumIf(ifNull(stage_pio_search, 0), complete) AS pio_search, sumIf(ifNull(stage_host_restore, 0), complete) AS host_restore,
    sumIf(ifNull(stage_userspace, 0), complete) AS userspace_stage, sumIf(ifNull(stage_guest_reload, 0), complete) AS guest_reload,
    sumIf(ifNull(stage_guest_entry, 0), complete) AS guest_entry, sumIf(ifNull(stage_guest_resume, 0), complete) AS guest_resume
FROM exits
WHERE used AND NOT preempted AND duration IS NOT NULL AND (trace, attempt) GLOBAL IN (SELECT trace, max(attempt) FROM traces GROUP BY trace)
GROUP BY scenario, configuration, trace, unit, grain, events
ORDER BY scenario, configuration, id, events
