using ExitProf.Analysis;
using ExitProf.Hosts;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>Adds the functions of its exits to a trace that an emulated host recorded while a plugin followed it.</summary>
internal static class FunctionRecording
{
    /// <summary>The number of the process that records in an emulated host: there is no other.</summary>
    private const int GuestProcess = 1;

    /// <param name="trace">As the host returned it.</param>
    /// <param name="ways">As the plugin wrote them.</param>
    /// <returns>The trace with functions.</returns>
    public static byte[] Add(EmulatedHost host, byte[] trace, byte[] ways)
    {
        FunctionsOfExits functions;
        const string Name = "the emulated host's trace";
        try
        {
            var symbols = KernelSymbols.Parse(host.Symbols([GuestWords.SymbolsCommand], GuestWords.SymbolsName));
            functions = FunctionAnalysis.Of(new MemoryStream(trace), Name, ExitWays.Read(ways), symbols);
        }
        catch (FormatException e)
        {
            throw new HostException($"Functions cannot be told ({e.Message}): record again without --functions, or with another kernel.", e);
        }
        using var whole = new MemoryStream();
        using (var writer = new TraceWriter(whole, GuestProcess))
            TraceReader.Read(new MemoryStream(trace), Name, new Added(writer, functions));
        return whole.ToArray();
    }

    /// <summary>Writes what it is given, and the functions before the end.</summary>
    private sealed class Added(TraceWriter writer, FunctionsOfExits functions) : ITraceSink
    {
        public void Header(TraceHeader header) => writer.Header(header);

        public void Class(ExitClass exitClass) => writer.Class(exitClass);

        public void Block(Block block) => writer.Block(block);

        public void Exits(in ExitBatch batch) => writer.Exits(batch);

        public void Finding(Finding finding) => writer.Finding(finding);

        public void End(TraceTotals totals)
        {
            foreach (StackCount stack in functions.Stacks) writer.Stack(stack);
            foreach (EventCost cost in functions.Costs) writer.EventCost(cost);
            foreach (Finding finding in functions.Findings) writer.Finding(finding);
            writer.End(writer.Totals(totals.Interrupted));
        }
    }
}
