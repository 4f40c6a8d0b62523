using System.Collections.Immutable;

namespace ExitProf.Traces;

public enum StageState : byte
{
    /// <summary>The stage has borders of its own.</summary>
    Present = 0,

    /// <summary>An exit of this kind does not walk through the stage.</summary>
    Absent = 1,

    /// <summary>No event on this host separates it from its neighbour: one row for both, named so.</summary>
    Merged = 2,
}

/// <summary>A step between two neighbouring stamps of a signature.</summary>
/// <param name="Index">Of the stamp that opens it.</param>
public sealed record WalkStep(int Index, string Name, Stamp From, Stamp To, Bound Bound);

/// <summary>A row of the stage table: one stage, or several that cannot be told apart here.</summary>
/// <param name="Steps">In order of time; empty for an absent stage.</param>
public sealed record WalkStage(ImmutableArray<Stage> Stages, StageState State, Bound Bound, ImmutableArray<WalkStep> Steps)
{
    /// <summary>"handler", or "exit+handler" for merged ones.</summary>
    public string Name => string.Join('+', Stages.Select(s => s.Name()));

    public string Group => string.Join('+', Stages.Select(s => s.Group()).Distinct());
}

/// <summary>The way of one signature through the stages: which step belongs to which row.</summary>
/// <param name="Loop">Steps before and after the walk: the loop around an exit of an emulated guest. Empty for a native one.</param>
public sealed record Walk(ImmutableArray<WalkStage> Stages, ImmutableArray<WalkStep> Loop)
{
    /// <summary>True if there is no stage to be told: only the total counts.</summary>
    public bool TotalOnly => Stages.All(s => s.State == StageState.Absent);

    /// <summary>Lays a signature over a row of the border table.</summary>
    /// <returns>Null if the row does not explain the signature: a stamp that it does not have, or out of order.</returns>
    public static Walk? Of(BorderRow row, ReadOnlySpan<Stamp> signature)
    {
        if (row.NotWalked.Length > 0 || row.MayStayInside && !signature.ContainsAnyExcept(Stamp.GuestBefore, Stamp.GuestAfter))
        {
            return signature.Length < 2
                ? null
                : new Walk([.. StageNames.All.Select(s => new WalkStage([s], StageState.Absent, Bound.Exact, []))], []);
        }
        if (!row.Emulated || !signature.Contains(Stamp.KvmEmulateInsn)) return Lay(row, signature);
        if (Decodes(signature) is not { } decodes || Lay(row, signature[decodes.First..(decodes.Last + 1)]) is not { } inner) return null;
        return Moved(inner, signature, decodes.First, decodes.Last);
    }

    /// <summary>
    /// Whether a stamp belongs to the exit itself: KVM's emulator decodes every instruction of the loop, and RCU and MSRs are everywhere.
    /// </summary>
    private static bool MarksExit(Stamp stamp) =>
        stamp
            is not (
                Stamp.GuestBefore
                or Stamp.GuestAfter
                or Stamp.KvmEmulateInsn
                or Stamp.RcuStart
                or Stamp.RcuEnd
                or Stamp.ReadMsr
                or Stamp.WriteMsr
                or Stamp.Other
            );

    /// <summary>The last decode before the exit's own stamps and the first one after them; null if either is missing.</summary>
    private static (int First, int Last)? Decodes(ReadOnlySpan<Stamp> signature)
    {
        int mark = 0, end = signature.Length - 1;
        while (mark < signature.Length && !MarksExit(signature[mark])) mark++;
        while (end >= 0 && !MarksExit(signature[end])) end--;
        if (mark > end) return null;
        int first = signature[..mark].LastIndexOf(Stamp.KvmEmulateInsn);
        int last = signature[(end + 1)..].IndexOf(Stamp.KvmEmulateInsn);
        return first < 0 || last < 0 ? null : (first, end + 1 + last);
    }

    private static Walk Moved(Walk inner, ReadOnlySpan<Stamp> signature, int first, int last)
    {
        var loop = ImmutableArray.CreateBuilder<WalkStep>();
        for (int i = 0; i < signature.Length - 1; i++)
        {
            if (i < first || i >= last) loop.Add(new WalkStep(i, "guest's loop, emulated", signature[i], signature[i + 1], Bound.Exact));
        }
        var stages = inner.Stages.Select(s => s with { Steps = [.. s.Steps.Select(step => step with { Index = step.Index + first })] });
        return new Walk([.. stages], loop.ToImmutable());
    }

    private static Walk? Lay(BorderRow row, ReadOnlySpan<Stamp> signature)
    {
        row = row.Given(ProbePairsOf.Signature(signature));
        if (signature.Length < 2 || Match(row, signature) is not { } matched) return null;

        // The stage of the first border that the row has for it: a later border of the same stage cannot stand in for a missing first one,
        // because the time before it may belong to either side.
        var openers = row.Borders.GroupBy(b => b.Opens).ToDictionary(g => g.Key, g => g.First().Stamp);
        var stages = ImmutableArray.CreateBuilder<WalkStage>();
        var current = new List<Stage>();
        var steps = ImmutableArray.CreateBuilder<WalkStep>();
        // Sources without guest stamps walk from host-has-control to entry: the world switches lie outside.
        Stage begin = matched[0].Border.Opens;
        // A walk that is cut within a stage keeps the part of it that it has.
        int end =
            signature[^1] == Stamp.GuestAfter
                ? StageNames.All.Count
                : Math.Max((int)matched[^1].Border.Opens, (int)matched[^2].Border.Opens + 1);
        var absent = StageNames.All.Where(s => row.Absent.Contains(s) || s < begin || (int)s >= end).ToList();
        foreach (Stage stage in StageNames.All.Except(absent))
        {
            int first = Array.FindIndex(matched, m => m.Border.Opens == stage);
            // The last stamp only ends the walk, it opens nothing.
            bool opens =
                first >= 0
                && first < matched.Length - 1
                && (first == 0 || matched[first].Border.Sharp || matched[first].Border.Stamp == openers[stage]);
            if (opens && current.Count > 0)
                Close();
            current.Add(stage);
            for (int i = Math.Max(first, 0); i < matched.Length - 1; i++)
            {
                Border border = matched[i].Border;
                if (border.Opens == stage)
                    steps.Add(new WalkStep(i, StepName(row, matched[i], matched[i + 1]), signature[i], signature[i + 1], border.Bound));
            }
        }
        Close();

        var all = stages.ToList();
        all.AddRange(absent.Select(s => new WalkStage([s], StageState.Absent, Bound.Exact, [])));
        return new Walk([.. all.OrderBy(s => s.Stages[0])], []);

        void Close()
        {
            var state = current.Count > 1 ? StageState.Merged : StageState.Present;
            var bound = steps.Any(s => s.Bound == Bound.Upper) ? Bound.Upper : Bound.Exact;
            stages.Add(new WalkStage([.. current], state, bound, steps.ToImmutable()));
            current.Clear();
            steps.Clear();
        }
    }

    /// <summary>A border that a stamp was found to be, and its place in the row.</summary>
    private readonly record struct Matched(Border Border, int Position);

    private static Matched[]? Match(BorderRow row, ReadOnlySpan<Stamp> signature)
    {
        var matched = new Matched[signature.Length];
        int at = -1;
        for (int i = 0; i < signature.Length; i++)
        {
            if (i > 0 && Dividing(signature, i) is { } step)
            {
                Border before = matched[i - 1].Border;
                matched[i] = new(new Border(signature[i], before.Opens, step, before.Bound), at);
                continue;
            }
            do at++;
            while (
                at < row.Borders.Length
                && !(row.Borders[at].Stamp == signature[i] && (row.Borders[at].After is not { } after || signature[..i].Contains(after)))
            );
            if (at == row.Borders.Length)
                return null;
            matched[i] = new(row.Borders[at], at);
        }
        return matched;
    }

    /// <summary>
    /// The step that follows where a stamp can be anywhere: how many MSRs are accessed, and where, differs between hosts, and the scheduler
    /// takes a CPU away when it likes. Such a stamp divides a step and leaves its stage as it is. Null for all others.
    /// </summary>
    private static string? Dividing(ReadOnlySpan<Stamp> signature, int at) => signature[at] switch
    {
        Stamp.ReadMsr => "after RDMSR",
        Stamp.WriteMsr => "after WRMSR",
        // The scheduler notes each switch for RCU before it makes it, as KVM notes its own.
        Stamp.RcuStart when signature[at..].StartsWith(SwitchAway) => "to the scheduler",
        Stamp.RcuEnd when signature[(at - 1)..].StartsWith(SwitchAway) => "to the scheduler",
        Stamp.SchedOut => "off its CPU",
        Stamp.SchedIn => "back on a CPU",
        _ => null,
    };

    private static ReadOnlySpan<Stamp> SwitchAway => [Stamp.RcuStart, Stamp.RcuEnd, Stamp.SchedOut];

    /// <summary>
    /// What a step contains: where the borders of whole stages are missing in it, those stages instead of its own first words.
    /// </summary>
    private static string StepName(BorderRow row, Matched step, Matched next)
    {
        Stage from = step.Border.Opens,
            to = next.Border.Opens;
        bool inside =
            next.Border.Stamp == Stamp.GuestAfter
            || !next.Border.Sharp && row.Borders.Take(next.Position).Skip(step.Position + 1).Any(b => b.Opens == to);
        var hidden = StageNames.All.Where(s => s > from && (s < to || (s == to && inside)) && !row.Absent.Contains(s)).ToList();
        return hidden.Count == 0 ? step.Border.Step : string.Join('+', hidden.Prepend(from).Select(s => s.Name()));
    }
}
