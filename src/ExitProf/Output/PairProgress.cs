using ExitProf.Analysis;

namespace ExitProf;

/// <summary>The running verdict of pairs of runs, one line on stderr that is written over; nothing at all in a pipe.</summary>
internal sealed class PairProgress(CommandConsole console)
{
    private readonly Pace pace = new();

    public void Report(int pair, int pairs, string doing, ComparisonSummary? soFar)
    {
        if (!console.ShowsProgress) return;
        string verdict = soFar is { Rows: [var row, ..] } ? $"  so far {Said(row.Total)}" : "";
        console.Error.Write($"\rpair {pair} of {pairs}, {doing}{verdict}{pace.After((pair - 1) / (double)pairs, double.NaN, "")}\e[K");
    }

    public void Clear()
    {
        if (console.ShowsProgress) console.Error.Write("\r\e[K");
    }

    private static string Said(JudgedShift t) =>
        t.Percent.Exists
            ? FormattableString.Invariant(
                $"{t.Percent.Value:+0.00;-0.00} % ({t.Percent.Low:+0.00;-0.00} to {t.Percent.High:+0.00;-0.00} %), {t.Verdict.Words()}"
            )
            : t.Verdict.Words();
}
