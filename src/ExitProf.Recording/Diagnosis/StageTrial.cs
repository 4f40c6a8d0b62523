using ExitProf.Linux;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>Records a few exits and says which stages can be told apart here, and which of the kernel's events stay silent.</summary>
internal static class StageTrial
{
    // Calibration finds the signature; the recording behind it only has to be one.
    private const int Exits = 8;

    // What should fire for these exits on VMX and SVM; the notes of RCU stand in for kvm_exit and kvm_entry on PVM.
    private static readonly (string Scenario, Stamp[] Expected)[] Trials =
    [
        (
            "pio-out",
            [
                Stamp.KvmExit,
                Stamp.KvmEntry,
                Stamp.KvmPio,
                Stamp.KvmFpuUnload,
                Stamp.KvmFpuLoad,
                Stamp.KvmUserspaceExit,
                Stamp.SysExit,
                Stamp.SysEnter,
            ]
        ),
        ("mmio-write", [Stamp.KvmExit, Stamp.KvmEntry, Stamp.KvmEmulateInsn, Stamp.KvmMmio]),
        ("ioeventfd-pio", [Stamp.KvmExit, Stamp.KvmEntry, Stamp.KvmPio]),
    ];

    public static void Add(List<HostCheck> checks)
    {
        var silent = new SortedSet<string>(StringComparer.Ordinal);
        using var host = new RecordingHost();
        foreach ((string scenario, Stamp[] expected) in Trials)
        {
            var sink = new ClassCollector();
            try
            {
                var options = new SweepOptions(ScenarioCatalog.Get(scenario), [], Exits, TimeSpan.Zero, null, EventSet.Full, 0);
                SweepRecording.Record(options, sink, new Progress<RecordingProgress>(), CancellationToken.None, host);
            }
            catch (Exception e) when (e is UnfitHostException)
            {
                checks.Add(new HostCheck(scenario, CheckState.Missing, e.Message, ""));
                continue;
            }
            checks.Add(Stages(scenario, sink));
            if (sink.Traced) silent.UnionWith(expected.Where(e => !sink.Seen.Contains(e)).Select(e => e.Name()));
        }
        if (silent.Count == 0) return;
        bool pvm = KvmBackend.Detect() == Backend.Pvm;
        checks.Add(
            new HostCheck(
                "silent events",
                CheckState.Limited,
                $"Events that exist but never fire for these exits: {string.Join(", ", silent)}.",
                pvm
                    ? "Known of PVM: RCU's notes beside the world switch stand in for kvm_exit and kvm_entry. Tools that pair those two (perf kvm stat) see nothing here."
                    : ""
            )
        );
    }

    private static HostCheck Stages(string scenario, ClassCollector sink)
    {
        ExitClass? found = sink.Classes.Where(c => c.Calibrated).MaxBy(c => c.Signature.Length);
        Walk? walk = found == null ? null : Walk.Of(BorderTable.Row(sink.TraceHeader!, found), found.Signature.AsSpan());
        if (walk == null)
            return new HostCheck(
                scenario,
                CheckState.Limited,
                "No signature was found that the border table explains: stages cannot be told.",
                ""
            );
        string rows = string.Join(
            ", ",
            walk.Stages.Select(s => s.State == StageState.Absent ? $"{s.Name} n/a" : (s.Bound == Bound.Upper ? "≤ " : "") + s.Name)
        );
        int merged = walk.Stages.Count(s => s.State == StageState.Merged);
        return new HostCheck(
            scenario,
            merged == 0 ? CheckState.Ok : CheckState.Limited,
            $"Stages: {rows}.",
            merged == 0 ? ""
                : sink.Traced ? "No event of this kernel separates the merged ones."
                : "Kernel events would separate the merged ones."
        );
    }

    /// <summary>Keeps the classes of a recording and nothing else.</summary>
    private sealed class ClassCollector : ITraceSink
    {
        public List<ExitClass> Classes { get; } = [];
        public HashSet<Stamp> Seen { get; } = [];
        public TraceHeader? TraceHeader { get; private set; }
        public bool Traced => TraceHeader!.Groups != EventGroups.None;

        public void Header(TraceHeader header) => TraceHeader = header;

        public void Class(ExitClass exitClass)
        {
            Classes.Add(exitClass);
            Seen.UnionWith(exitClass.Signature);
        }

        public void Block(Block block) { }

        public void Exits(in ExitBatch batch) { }

        public void Finding(Finding finding) { }

        public void End(TraceTotals totals) { }
    }
}
