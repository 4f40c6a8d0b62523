using ExitProf.Analysis;
using ExitProf.Hosts;
using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>Adds to the trace that an emulated host returned what is only known outside of it.</summary>
internal static class OutsideFacts
{
    /// <summary>The number of the process that records in an emulated host: there is no other.</summary>
    private const int GuestProcess = 1;

    /// <param name="trace">As the host returned it.</param>
    /// <param name="functions">Those of its exits; null if they were not counted.</param>
    /// <exception cref="HostException">It is no trace: the guest is not trusted.</exception>
    public static byte[] Add(byte[] trace, string emulator, FunctionsOfExits? functions)
    {
        string cpu = HostFacts.Collect().FirstOrDefault(f => f.Name == "cpu")?.Value ?? "";
        using var whole = new MemoryStream();
        try
        {
            using var writer = new TraceWriter(whole, GuestProcess);
            var machine = new OuterMachine(DateTime.UtcNow, emulator, cpu);
            TraceReader.Read(new MemoryStream(trace), "the emulated host's trace", new Added(writer, machine, functions));
        }
        catch (TraceFormatException e)
        {
            throw new HostException($"The emulated host returned a trace that cannot be read: {e.Message}", e);
        }
        return whole.ToArray();
    }

    /// <summary>Writes what it is given, and what is added before the end.</summary>
    private sealed class Added(TraceWriter writer, OuterMachine machine, FunctionsOfExits? functions) : ITraceSink
    {
        public void Header(TraceHeader header) => writer.Header(header);

        public void Class(ExitClass exitClass) => writer.Class(exitClass);

        public void Block(Block block) => writer.Block(block);

        public void Exits(in ExitBatch batch) => writer.Exits(batch);

        public void Finding(Finding finding) => writer.Finding(finding);

        public void Thread(VcpuIdentity thread) => writer.Thread(thread);

        public void Metric(TableFigure metric) => writer.Metric(metric);

        public void End(TraceTotals totals)
        {
            if (functions != null)
            {
                foreach (StackCount stack in functions.Stacks) writer.Stack(stack);
                foreach (EventCost cost in functions.Costs) writer.EventCost(cost);
                foreach (Finding finding in functions.Findings) writer.Finding(finding);
            }
            writer.OuterMachine(machine);
            writer.End(writer.Totals(totals.Interrupted));
        }
    }
}
