using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>What several files of numbers on a side say of how their numbers hang together.</summary>
internal static class FileFindings
{
    /// <summary>That files are runs, and how much of the spread lies between them.</summary>
    public static Finding Of(IReadOnlyList<NumberFile> first, IReadOnlyList<NumberFile> second)
    {
        int files = first.Count + second.Count;
        string spread =
            Between(first, second) is var share && double.IsFinite(share)
                ? $" {share:P0} of the spread lies between the files of a side."
                : "";
        return FindingKind.FilesAreRuns.Of(
            files,
            $"Each of the {files} files is one run, by its median: numbers of one file have more in common than numbers of two.{spread} --pool takes every number as a run."
        );
    }

    /// <summary>
    /// The share of the variance of single numbers that lies between files of one side, by one-way analysis of variance; NaN where no file
    /// has two numbers or no side two files.
    /// </summary>
    public static double Between(params ReadOnlySpan<IReadOnlyList<NumberFile>> sides)
    {
        double within = 0, withinFreedom = 0, between = 0, betweenFreedom = 0, size = 0;
        foreach (IReadOnlyList<NumberFile> side in sides)
        {
            double n = side.Sum(f => f.Values.Length), mean = side.Sum(f => f.Values.Sum()) / n;
            foreach (NumberFile file in side)
            {
                double own = file.Values.Average();
                within += file.Values.Sum(v => (v - own) * (v - own));
                between += file.Values.Length * (own - mean) * (own - mean);
                withinFreedom += file.Values.Length - 1;
            }
            betweenFreedom += side.Count - 1;
            // The mean size of a file where files differ in size (Searle, Linear Models, 1971).
            size += n - side.Sum(f => (double)f.Values.Length * f.Values.Length) / n;
        }
        if (withinFreedom == 0 || betweenFreedom == 0) return double.NaN;
        double inside = within / withinFreedom, component = Math.Max(0, (between / betweenFreedom - inside) / (size / betweenFreedom));
        return component / (component + inside);
    }
}
