using ExitProf.Analysis;
using ExitProf.Traces;
using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>What machines do right now: their reasons by share of time, in a table that fits on a screen.</summary>
public static class TopReport
{
    /// <summary>Lines of a terminal that are not rows of the table: a title, heads, machines, the last line.</summary>
    private const int OtherLines = 8;

    private static readonly Style Strong = new(decoration: Decoration.Bold);
    private static readonly Style Faint = new(Color.Grey);

    /// <param name="table">The exits of the last interval; null where there was none.</param>
    /// <param name="seconds">How long the interval was.</param>
    /// <param name="lines">Of the terminal.</param>
    public static void Write(
        TextWriter writer, ReasonTable? table, TraceHeader? header, double seconds, int width, int lines, bool colour) =>
        TextPage.Write(writer, width, colour, page => Write(page, table, header, seconds, Math.Max(1, lines - OtherLines)));

    private static void Write(TextPage page, ReasonTable? table, TraceHeader? header, double seconds, int rows)
    {
        if (table is null || header is null || table.Count == 0)
        {
            page.Line($"No exit in {seconds:N1} s.", Strong);
            return;
        }
        double ticks = seconds * header.Clock.Hertz;
        page.Line($"{table.Count / seconds:N0} exits a second; of a CPU: {Figures.Share(table.ExitTime / ticks)} in exits, "
            + $"{Figures.Share(table.HaltTime / ticks)} in halts.", Strong);
        foreach (MachineFigures machine in MachineFigures.Of(table).Take(Math.Max(1, rows / 4)))
        {
            page.Line($"{MachineSentences.Name(header, machine.Process)}: {machine.Count / seconds:N0} exits a second, "
                + $"{Figures.Share(machine.ExitTime / ticks)} of a CPU, {Figures.Count(machine.Vcpus.Length, "vCPU")}", Faint);
        }
        page.Blank();
        var shown = new TextTable("reason").Right("per second").Right("share").Right("p50").Right("p99").Right("of a CPU", 2);
        foreach (ReasonRow row in table.Rows.Take(rows))
        {
            ReasonFigures f = row.Figures;
            shown.Row(Style.Plain, new TextCell(ReasonSentences.Name(row), Strong), $"{f.Count / seconds:N0}",
                double.IsFinite(f.Share) ? Figures.Share(f.Share) : row.IsHalt ? "halt" : "", ReasonSentences.Short(f.P50),
                ReasonSentences.Short(f.P99), Figures.Share(f.Total / ticks));
        }
        shown.Write(page);
        if (table.Rows.Length > rows) page.Line($"and {table.Rows.Length - rows:N0} more reasons", Faint);
    }
}
