using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>A fact in which the hosts of the two sides differ. Empty where a side does not know it.</summary>
public sealed record HostDifference(string Fact, string Base, string New)
{
    /// <summary>Facts that a change of kernel, settings or ExitProf leaves as they are: where they differ it is another machine.</summary>
    private static readonly string[] Machine =
    [
        "cpu",
        "cpu cpu family",
        "cpu model",
        "cpu stepping",
        "cpus",
        "hypervisor above",
        "kvm back-end",
        "tsc flags",
    ];

    public bool OtherMachine => Machine.Contains(Fact);

    /// <summary>Facts of which one side has a value that the other has not, in the order in which traces have them.</summary>
    public static ImmutableArray<HostDifference> Of(IReadOnlyCollection<TraceHeader> first, IReadOnlyCollection<TraceHeader> second)
    {
        var names = first.Concat(second).SelectMany(t => t.Host).Select(f => f.Name).Distinct();
        return
        [
            .. names.Select(n => new HostDifference(n, Values(first, n), Values(second, n))).Where(d => d.Base != d.New),
        ];
    }

    /// <summary>All that the runs of one side say, so that runs of several machines on one side show too.</summary>
    private static string Values(IReadOnlyCollection<TraceHeader> traces, string name) =>
        string.Join(
            " | ",
            traces.Select(t => t.Host.FirstOrDefault(f => f.Name == name)?.Value ?? "").Distinct().Order(StringComparer.Ordinal)
        );

    /// <summary>The facts in which the runs of one side are of different machines.</summary>
    public static IEnumerable<string> MachinesWithin(IReadOnlyCollection<TraceHeader> side) =>
        Machine.Where(name =>
            side.Select(t => t.Host.FirstOrDefault((Fact f) => f.Name == name)?.Value ?? "").Distinct().Skip(1).Any()
        );
}
