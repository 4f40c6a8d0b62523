using System.Collections.Immutable;

namespace ExitProf.Traces;

/// <summary>One way of exits through the kernel's traced functions, and how long they took from each of its points to the next.</summary>
/// <param name="signature">The stamps of the exits.</param>
/// <param name="outer">The functions that are open where they begin, from the outermost on.</param>
/// <param name="points">In order of time: 0 for each stamp but the last, else the end of a call that <see cref="Point"/> made.</param>
public sealed class CalledWay(ImmutableArray<Stamp> signature, ImmutableArray<ulong> outer, ImmutableArray<ulong> points)
{
    private readonly ulong[] sums = new ulong[points.Length];

    public ImmutableArray<Stamp> Signature { get; } = signature;

    /// <summary>How many exits took it.</summary>
    public long Exits { get; private set; }

    /// <summary>Calls that begin in it.</summary>
    public int Calls { get; } = points.Count(p => p != 0 && IsEntry(p));

    /// <summary>A point's number: the function, without the highest bit, which is a one in a kernel, and which end of its call.</summary>
    internal static ulong Point(GraphRecord record) => record.Function << 1 | (record.IsEntry ? 1UL : 0);

    /// <param name="times">Of each point, and of the last stamp.</param>
    internal void Add(IReadOnlyList<ulong> times)
    {
        Exits++;
        for (int i = 0; i < sums.Length; i++) sums[i] += times[i + 1] - times[i];
    }

    /// <summary>Calls and time of one exit by stage and stack, in the order in which an exit comes to them.</summary>
    /// <param name="walk">Its stages; null where the border table does not explain it: everything is then of the exit as a whole.</param>
    public IReadOnlyList<StackCount> Stacks(int configuration, Walk? walk, KernelSymbols symbols)
    {
        var stages = new Dictionary<int, string>();
        foreach (WalkStage stage in walk is { TotalOnly: false } ? walk.Stages : [])
        {
            foreach (WalkStep step in stage.Steps) stages[step.Index] = stage.Name;
        }
        var counts = new Dictionary<(string Stage, string Stack), (long Calls, double Ticks)>();
        List<string> frames = [.. outer.Select(Name)];
        bool user = false;
        int at = -1;
        for (int i = 0; i < points.Length; i++)
        {
            bool called = points[i] != 0 && IsEntry(points[i]);
            if (points[i] == 0) user = Signature[++at] switch { Stamp.RunReturned => true, Stamp.RunCalled => false, _ => user };
            else if (called) frames.Add(Name(points[i] >> 1));
            else frames.RemoveAt(frames.Count - 1);
            // A step that is in no stage is of the loop around an emulated guest's exit.
            string? name = stages.Count == 0 ? "" : stages.GetValueOrDefault(at);
            if (name == null) continue;
            string stack = frames.Count > 0 ? string.Join(StackCount.Separator, frames)
                : user ? StackCount.UserFrame : StackCount.UntracedFrame;
            (long calls, double ticks) = counts.GetValueOrDefault((name, stack));
            counts[(name, stack)] = (calls + (called ? 1 : 0), ticks + sums[i] / (double)Exits);
        }
        return
        [
            .. counts.Select(c => new StackCount(configuration, c.Key.Stage, c.Key.Stack, (long)Math.Round(c.Value.Ticks))
            {
                Calls = c.Value.Calls,
            }),
        ];

        string Name(ulong address) =>
            symbols.Find(address | 1UL << 63)?.Replace(StackCount.Separator, ',') ?? StackCount.UntracedFrame;
    }

    private static bool IsEntry(ulong point) => (point & 1) != 0;
}
