using System.Collections.Immutable;
using System.Globalization;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>
/// Counts the calls of KVM's functions in exits of each configuration, after everything else is recorded: with function_graph on an exit
/// takes many times as long, and no other figure is to be taken of such exits. They are in no block of the trace.
/// </summary>
internal sealed class FunctionPass(RecordingSetup setup, Machines machines, IProgress<RecordingProgress> progress)
{
    private const int Blocks = 8;
    private const int ExitsPerBlock = 64;
    private const int WarmUp = 16;

    /// <summary>Where a block's calls do not fit into the buffer, a shorter one is tried.</summary>
    private const int Shorter = 4;

    private readonly BlockRunner runner = new(setup.Vcpus, setup.Tracing);

    /// <param name="thread">The first vCPU's, whose calls are counted.</param>
    public void Run(PinnedThread thread, CancellationToken cancelled)
    {
        Machine[] all = [.. machines.All.Where(m => m.Workload.Unit == null && m.Call == null)];
        if (all.Length == 0) return;
        progress.Report(new(1, "counting calls of functions", 0));
        runner.Enable(setup.Traced);
        var plain = all.ToDictionary(m => m, _ => new List<ulong>());
        var called = all.ToDictionary(m => m, _ => new CalledExits());
        var slow = all.ToDictionary(m => m, _ => new List<ulong>());
        using FunctionGraph graph = FunctionGraph.Open(thread);
        foreach (Machine machine in all) Plain(machine, plain[machine]);
        graph.Start();
        foreach (Machine machine in all)
        {
            if (!cancelled.IsCancellationRequested) Count(machine, graph, called[machine], slow[machine]);
        }
        graph.Stop();
        foreach (Machine machine in all) Plain(machine, plain[machine]);
        setup.Findings.Add(FindingKind.DamagedEvents, "Pages or records of the function_graph tracer could not be read.", graph.Damaged);
        var symbols = new Lazy<KernelSymbols>(Symbols);
        foreach (Machine machine in all) Tell(machine, called[machine], Median(plain[machine]), Median(slow[machine]), symbols);
    }

    /// <summary>Half of the blocks before the tracer is on and half after it was.</summary>
    private void Plain(Machine machine, List<ulong> totals)
    {
        int exits = Math.Min(ExitsPerBlock + WarmUp, machine.MostExits);
        for (int i = 0; i < Blocks / 2; i++)
        {
            runner.Run(machine, exits, setup.Traced);
            Totals(machine, exits, totals);
        }
    }

    private void Count(Machine machine, FunctionGraph graph, CalledExits called, List<ulong> totals)
    {
        int exits = Math.Min(ExitsPerBlock + WarmUp, machine.MostExits);
        for (int i = 0; i < Blocks; i++)
        {
            runner.Run(machine, exits, setup.Traced);
            IReadOnlyList<GraphRecord> records = graph.Read();
            if (graph.Lost > 0)
            {
                setup.Findings.Add(FindingKind.CallsLost, "The tracer's buffer was too small for the calls of a block, which was left out.",
                    graph.Lost, machine.Configuration.Name);
                exits = Math.Max(1, exits / Shorter);
                continue;
            }
            called.Begin(records);
            int number = 0, cold = Math.Min(WarmUp, exits / 2);
            runner.Assemble(machine, 0, exits, setup.Traced,
                (signature, stamps) => called.Add(signature, stamps, counts: number++ >= cold));
            Totals(machine, exits, totals);
        }
    }

    private static void Totals(Machine machine, int exits, List<ulong> totals)
    {
        ReadOnlySpan<ulong> ends = machine.Ends(exits);
        for (int i = 2 * Math.Min(WarmUp, exits / 2); i + 1 < ends.Length; i += 2) totals.Add(ends[i + 1] - ends[i]);
    }

    private void Tell(Machine machine, CalledExits called, double plain, double slow, Lazy<KernelSymbols> symbols)
    {
        string name = machine.Configuration.Name;
        setup.Findings.Add(FindingKind.CallsBroken,
            "Exits whose calls do not fit together, or whose stamps do not, were left out of the functions.", called.Broken, name);
        if (called.MostFrequent is not { Calls: > 0 } way)
        {
            setup.Findings.Add(FindingKind.NoCalls, "The function_graph tracer showed no call of KVM's functions in an exit.", 1, name);
            return;
        }
        var row = BorderTable.Row(machine.Workload.Kind, machine.Workload.Destination, setup.Backend, vmmStamps: true,
            emulated: !setup.Trial.Mode.Native);
        IReadOnlyList<StackCount> stacks = way.Stacks(machine.Index, Walk.Of(row, way.Signature.AsSpan()), symbols.Value);
        foreach (StackCount stack in stacks) setup.Sink.Stack(stack);
        setup.Findings.Add(FindingKind.FunctionGraph, string.Create(CultureInfo.InvariantCulture,
            $"{way.Calls:N0} calls of KVM's functions in an exit: {way.Exits:N0} of {called.Exits:N0} exits that were made for this took exactly "
            + $"that way; inlined functions and those that may not be traced (noinstr) are missing. The tracer made an exit {slow / plain:0.0} times as long, "
            + $"{(slow - plain) / way.Calls:N0} {new TraceClock(0, 1, setup.Unit).Word} a call: times of functions are distorted by that."), called.Exits, name);
    }

    private static double Median(List<ulong> totals) => totals.Count == 0 ? double.NaN : totals.Order().ElementAt(totals.Count / 2);

    /// <summary>Those of KVM's modules, whose lines end in their name.</summary>
    private static KernelSymbols Symbols()
    {
        const string File = "/proc/kallsyms";
        try
        {
            ReadOnlySpan<byte> all = System.IO.File.ReadAllBytes(File);
            var own = new List<byte>();
            foreach (Range line in all.Split((byte)'\n'))
            {
                if (all[line].IndexOf("\t[kvm"u8) >= 0) own.AddRange([.. all[line], (byte)'\n']);
            }
            return KernelSymbols.Parse(own.ToArray());
        }
        catch (FormatException e)
        {
            throw new TracerRefusedException($"{File} hides where functions are", "set kernel.kptr_restrict to 0 or 1", e);
        }
    }
}
