using System.Security.Cryptography;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Reads the recordings of a software CPU that are one side of a comparison.</summary>
internal static class ExactBoots
{
    /// <returns>Its boots. Recordings that are equal to the byte are one: a kept machine gives them as often as it is asked.</returns>
    /// <exception cref="InputException">A trace is not in instructions.</exception>
    public static ExactBoot[] Read(IReadOnlyList<string> paths) =>
        [.. paths.DistinctBy(p => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(p)))).Select(Read)];

    private static ExactBoot Read(string path)
    {
        var counts = new ExactCounts();
        TraceReader.Read(path, counts);
        return counts.TraceHeader is { Clock.IsTime: false }
            ? new ExactBoot(Path.GetFileName(path), counts, TraceFiles.Summarise(path))
            : throw new InputException(
                $"{Path.GetFileName(path)} is not in instructions of a software CPU: record it in an emulated host.");
    }
}
