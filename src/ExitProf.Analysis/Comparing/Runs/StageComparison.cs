using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>The stages of one configuration on both sides, which have the same ones with the same borders.</summary>
internal static class StageComparison
{
    /// <param name="total">Centre of the base's total.</param>
    public static IEnumerable<ComparedStage> Of(
        Gate gate,
        Run[] old,
        Run[] changed,
        bool oneClock,
        double total,
        bool paired,
        bool reliable,
        bool ordered
    )
    {
        Run[] all = [.. old, .. changed];
        // Of an emulated guest the present ones: the classic table is of hardware exits.
        StageSummary[] stages = [.. old[0].Configuration.Stages];
        int present = stages.Count(s => s.State != StageState.Absent);
        foreach (StageSummary stage in stages)
        {
            if (stage.State == StageState.Absent)
            {
                if (old[0].Configuration.Native) yield return new ComparedStage(stage.Name, stage.Group, null) { Stages = stage.Stages };
                continue;
            }
            double[] first = [.. old.Select(Mean)], second = [.. changed.Select(Mean)];
            double narrowest = all.Max(r => r.Grain(oneClock) / Math.Sqrt(Math.Max(1, r.Configuration.Stages[Index(r)].Cycles.Exits)));
            bool finite = first.Concat(second).All(double.IsFinite);
            double grain = all.Max(r => r.Grain(oneClock));
            Gate own = gate.ForStage(stage.Name);
            JudgedShift? shift =
                !finite ? null
                : paired
                    ? JudgedShift.OfStagePairs(
                        own,
                        [.. first.Zip(second, (a, b) => b - a)],
                        first,
                        narrowest,
                        grain,
                        total,
                        present,
                        reliable
                    )
                : JudgedShift.OfStage(own, first, second, narrowest, grain, total, present, reliable, ordered);
            yield return new ComparedStage(stage.Name, stage.Group, shift)
            {
                Stages = stage.Stages,
                Gated = gate.Gates(stage.Name),
            };

            double Mean(Run run) => run.Stage(Index(run), oneClock);

            // Absent stages may stand elsewhere.
            int Index(Run run) =>
                run.Configuration.Stages.IndexOf(run.Configuration.Stages.First(s => s.Name == stage.Name && s.State != StageState.Absent));
        }
    }
}
