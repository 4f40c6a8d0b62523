namespace ExitProf.Traces;

/// <summary>What a recording that did not come to its end has left on the disk.</summary>
internal static class LeftParts
{
    /// <summary>Removes files that are no traces: one that was begun when the disk was full has not even a header.</summary>
    /// <returns>The others, in their order.</returns>
    internal static IReadOnlyList<string> Of(IEnumerable<string> paths) => [.. paths.Where(File.Exists).Where(IsKept)];

    private static bool IsKept(string path)
    {
        try
        {
            TraceReader.Read(path, new Unused());
            return true;
        }
        catch (TraceFormatException)
        {
            File.Delete(path);
            return false;
        }
    }

    /// <summary>Reading alone tells whether a file is a trace.</summary>
    private sealed class Unused : ITraceSink
    {
        public void Header(TraceHeader header)
        {
        }

        public void Class(ExitClass exitClass)
        {
        }

        public void Block(Block block)
        {
        }

        public void Exits(in ExitBatch batch)
        {
        }

        public void Finding(Finding finding)
        {
        }

        public void End(TraceTotals totals)
        {
        }
    }
}
