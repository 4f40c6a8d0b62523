namespace ExitProf.Analysis;

/// <summary>How much of a second some workload spends in exits.</summary>
/// <param name="ExitsPerSecond">Measured without the change.</param>
/// <param name="ShareInExits">Of its time; NaN if only the rate is known, then the rate times the cost of an exit.</param>
public sealed record ExitLoad(string Name, double ExitsPerSecond, double ShareInExits)
{
    /// <summary>
    /// Takes units of guest work with their exits, or a guest that was recorded by its exits alone: it does nothing but exit, as fast as it
    /// can.
    /// </summary>
    /// <exception cref="InputException">Nobody knows its rate.</exception>
    /// <param name="name">The configuration that is meant, or the reason in a trace of a foreign machine; null where there is one.</param>
    public static ExitLoad Of(TraceSummary trace, string? name = null)
    {
        if (trace.Reasons is { } table) return OfReason(trace, table, name);
        ConfigurationSummary configuration = Meant(trace, name);
        double mean = configuration.Untraced?.Mean.Mean ?? double.NaN;
        if (!(mean > 0) || trace.Header.Clock.Hertz <= 0 || !trace.Header.Source.IsVmm)
        {
            throw new InputException(
                $"{trace.File} has no untraced exits of a guest of ExitProf's, so its exits per second are unknown: give --rate."
            );
        }
        if (configuration.Work is { } work)
            return new ExitLoad(
                trace.Header.Scenario,
                work.ExitsPerSecond(trace.Header.Clock.Hertz),
                work.ShareInExits?.Mean ?? double.NaN
            );
        return new ExitLoad(trace.Header.Scenario, trace.Header.Clock.Hertz / mean, 1);
    }

    /// <summary>The exits of one reason, for one of the vCPUs that make them on average: a forecast is of one CPU's time.</summary>
    private static ExitLoad OfReason(TraceSummary trace, ReasonTable table, string? reason)
    {
        ReasonRow[] rows = [.. table.Rows.Where(r => reason is not null && (r.Reason == reason || ReasonKey.Of(r).ToString() == reason))];
        if (rows.Length == 0)
        {
            string[] names = [.. table.Rows.Select(r => r.Reason).Where(r => r.Length > 0).Distinct()];
            string has = names.Length == 0 ? "no exits with a reason" : NameList.Of(names);
            throw new InputException(reason is null
                ? $"{trace.File} has exits of a whole machine: name the reason that changes behind a colon ({trace.File}:REASON); it has "
                    + $"{has}."
                : $"{trace.File} has no exits of {reason}: it has {has}.");
        }
        if (trace.Header.Clock.Hertz <= 0 || table.Span <= 0)
        {
            throw new InputException($"{trace.File} does not say how fast its clock is, so its exits per second are unknown: give --rate.");
        }
        int vcpus = rows.SelectMany(r => r.Vcpus).Select(v => v.Index).Distinct().Count();
        double span = table.Span * Math.Max(vcpus, 1);
        // What a halt takes is no cost.
        double share = rows.Any(r => r.IsHalt) ? double.NaN : rows.Sum(r => r.Figures.Total) / span;
        return new ExitLoad($"{trace.File}, {reason}", rows.Sum(r => r.Figures.Count) / (span / trace.Header.Clock.Hertz), share);
    }

    private static ConfigurationSummary Meant(TraceSummary trace, string? name)
    {
        if (name is not null && trace.Configurations.Length == 1)
            throw new InputException($"{trace.File} is of ExitProf's own VMM, which makes one kind of exit: leave ':{name}' out.");
        string all = string.Join(", ", trace.Configurations.Select(c => c.Configuration.Name));
        if (name != null)
            return trace.Configurations.FirstOrDefault(c => c.Configuration.Name == name)
                ?? throw new InputException($"{trace.File} has no configuration {name}; it has {all}.");
        // From a comparison the base: the change that is forecast is not in it.
        if (trace.Configurations.Length == (trace.Verdict is null ? 1 : 2)) return trace.Configurations[0];
        throw new InputException(
            $"{trace.File} has {trace.Configurations.Length} configurations: name one of them behind a colon ({all}).");
    }
}

/// <summary>
/// What a change of one exit comes to for a whole workload: rate × shift, and no gain beyond the share of time in exits (Amdahl).
/// </summary>
/// <param name="Hertz">Of the clock that counts cycles; 0 where the shift is in time.</param>
/// <param name="Percent">Of the time that the workload takes for the same work, new against base; negative is a gain.</param>
/// <param name="Bound">The most that could be gained if exits cost nothing, in percent.</param>
/// <param name="Bounded">True if the gain was cut off at the bound.</param>
public sealed record Forecast(MicroShift Micro, ExitLoad Load, long Hertz, Interval Percent, double Bound, bool Bounded)
{
    /// <summary>Better or worse only if the whole interval is, and if no tail that is not in it says something else.</summary>
    public Verdict Verdict
    {
        get
        {
            Verdict inside = Percent.High < 0 ? Verdict.Better : Percent.Low > 0 ? Verdict.Worse : Verdict.CannotTell;
            return Unseen is null || Unseen == inside ? inside : Verdict.CannotTell;
        }
    }

    /// <summary>A tail that decided the verdict and is not in the shift; null if there is none.</summary>
    private Verdict? Unseen => Micro.OfMeans ? null : Micro.Tail;

    /// <exception cref="InputException">The two are of different machines: cycles of one are no cycles of the other.</exception>
    public static void CheckHosts(TraceSummary micro, TraceSummary workload)
    {
        if (HostDifference.Of([micro.Header], [workload.Header]).FirstOrDefault(d => d.OtherMachine) is { } other)
            throw new InputException(
                $"{micro.File} and {workload.File} are of different machines ({other.Fact}): a shift in cycles of one says nothing of the other."
            );
    }

    /// <exception cref="InputException">The shift has no interval, or the exits would take more time than there is.</exception>
    /// <param name="hertz">Of the clock that counts the cycles of the shift; a shift in time needs none.</param>
    /// <param name="cpus">That the workload runs on: shares are of the time of all of them.</param>
    public static Forecast Of(MicroShift micro, ExitLoad load, long hertz, int cpus = 1)
    {
        if (!micro.Shift.Exists)
            throw new InputException(
                "The shift has no interval: with what it was measured nobody can tell, and no forecast can be made of it."
            );
        double perSecond = (micro.PerSecond ?? hertz) * cpus;
        double share = double.IsNaN(load.ShareInExits) ? load.ExitsPerSecond * micro.Base / perSecond : load.ShareInExits;
        if (share > 1 + 1e-9)
        {
            string check = micro.PerSecond is null ? $" at {hertz / 1e6:N0} MHz: check --rate and --hertz" : ": check --rate";
            string of = cpus == 1 ? "one CPU" : $"{cpus} CPUs", several = cpus == 1 ? ", or give --cpus" : "";
            string exits = $"{load.ExitsPerSecond:N0} exits of {micro.Base:#,0.###} {micro.Unit}";
            throw new InputException($"{exits} are {share * cpus:N1} s of every second of {of}{check}{several}.");
        }
        double perUnit = load.ExitsPerSecond / perSecond * 100, bound = share * 100;
        Interval free = micro.Shift.Map(c => c * perUnit);
        return new Forecast(micro, load, hertz, free.Map(p => Math.Max(p, -bound)), bound, free.Low < -bound);
    }

    /// <summary>
    /// Rusty Russell's rule: an optimisation is worth it if what it gains is at least twice what the code grows by.
    /// </summary>
    /// <param name="growth">Of the code, as a share.</param>
    /// <returns>True or false if the whole interval says so, and no tail that is not in it may say otherwise; else null.</returns>
    public bool? WorthIt(double growth)
    {
        double asked = 2 * growth * 100;
        bool? worth = -Percent.High >= asked ? true : -Percent.Low < asked ? false : null;
        // A tail that got worse takes off the gain, one that went away adds to it.
        return Unseen switch
        {
            null => worth,
            Verdict.Worse => worth == false ? false : null,
            Verdict.Better => worth == true ? true : null,
            _ => null,
        };
    }
}
