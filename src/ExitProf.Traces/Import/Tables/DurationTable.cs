using System.Globalization;

namespace ExitProf.Traces;

/// <summary>A table of durations as it grows, and whether its parts add up to what it says of the whole.</summary>
internal sealed class DurationTable(string title, TableHeader header)
{
    /// <summary>Printed figures are rounded; what differs by less than this share may be that.</summary>
    private const double RoundingShare = 0.002;

    private const double WholePercent = 99.9;

    private readonly List<(string Row, double Samples, double Mean, string Unit)> means = [];
    private double samples;
    private double samplesShare;
    private double timeShare;

    internal string Title => title;

    internal int Rows { get; private set; }

    /// <summary>Text between the rows says that some were left out.</summary>
    internal bool IsCut { get; set; }

    internal void Add(TableRecord record, ITraceSink sink)
    {
        Rows++;
        double count = double.NaN, mean = double.NaN;
        string meanUnit = "";
        bool hasTime = false;
        for (int i = 0; i < header.Columns.Count && i < record.Figures.Count; i++)
        {
            TableColumn column = header.Columns[i];
            (double value, string unit) = record.Figures[i];
            // The unit may stand in the header once: "Avg t (ns)" stands for the minimum beside it too.
            if (unit.Length == 0) unit = column.Unit.Length > 0
                || column.Name is TableColumn.Samples ? column.Unit : header.Columns.Select(c => c.Unit)
                    .FirstOrDefault(u => u is "ns" or "us") ?? "";
            sink.Metric(new TableFigure(title, record.Name, column.Name, value, unit));
            switch (column.Name)
            {
                case TableColumn.Samples: count = value; break;
                case TableColumn.SamplesShare: samplesShare += value; break;
                case TableColumn.TimeShare: timeShare += value; break;
                case TableColumn.Mean: (mean, meanUnit) = (value, unit); break;
                case TableColumn.Time: hasTime = true; break;
            }
        }
        if (record.Error is { } error) sink.Metric(new TableFigure(title, record.Name, TableColumn.Error, error, "%"));
        if (double.IsFinite(count)) samples += count;
        if (double.IsNaN(count) || double.IsNaN(mean)) return;
        means.Add((record.Name, count, mean, meanUnit));
        if (!hasTime) sink.Metric(new TableFigure(title, record.Name, TableColumn.Time, count * mean, meanUnit));
    }

    /// <summary>Compares the parts with the table's own last line.</summary>
    /// <param name="totalSamples">NaN where the line does not say, as <paramref name="totalTime"/>.</param>
    internal void Check(double totalSamples, double totalTime, string timeUnit, ITraceSink sink, ImportFindings findings)
    {
        if (double.IsFinite(totalSamples)) sink.Metric(new TableFigure(title, "(total)", TableColumn.Samples, totalSamples, "exits"));
        if (double.IsFinite(totalTime)) sink.Metric(new TableFigure(title, "(total)", TableColumn.Time, totalTime, timeUnit));
        bool whole = !(totalSamples > samples * (1 + 1e-9)) && !IsCut;
        if (totalSamples > samples)
        {
            findings.Add(FindingKind.TableRowsCut, 1, $"{title}: the rows that are there hold {N(samples)} of {N(totalSamples)} samples "
                + $"({Percent(samples / totalSamples)}); the others were cut off.");
        }
        else if (totalSamples < samples)
        {
            findings.Add(
                FindingKind.TableInconsistent,
                1,
                $"{title}: the rows hold {N(samples)} samples, {N(samples - totalSamples)} more than "
                    + $"the total of {N(totalSamples)} that it states."
            );
        }
        if (!whole || !double.IsFinite(totalTime) || totalTime <= 0 || means.Count == 0 || means.Any(m => m.Unit != means[0].Unit)) return;
        double parts = means.Sum(m => m.Samples * m.Mean) * Factor(means[0].Unit, timeUnit);
        // Each average is rounded by up to half of its last digit; perf prints two.
        double rounding = means[0].Unit == "us" ? samples * 0.005 * Factor("us", timeUnit) : 0;
        if (Math.Abs(parts - totalTime) <= totalTime * RoundingShare + rounding)
            return;
        findings.Add(
            FindingKind.TableInconsistent,
            1,
            $"{title}: its parts do not add up: samples × average is {N(parts)} {timeUnit}, the total "
                + $"that it states is {N(totalTime)} {timeUnit} "
                + $"(a gap of {((parts - totalTime) / totalTime * 100).ToString("+0.0;-0.0", CultureInfo.InvariantCulture)} %)."
        );
    }

    /// <summary>A table without a last line of totals: its shares say whether rows are missing.</summary>
    internal void CheckShares(ImportFindings findings)
    {
        double known = Math.Max(samplesShare, 0);
        if (known > 0 && known < WholePercent && Rows > 0)
        {
            findings.Add(FindingKind.TableRowsCut, 1, $"{title}: the rows that are there hold "
                + $"{known.ToString("0.##", CultureInfo.InvariantCulture)} % of the samples; the others were cut off.");
        }
        else if (known > 100.5 || timeShare > 100.5)
        {
            findings.Add(FindingKind.TableInconsistent, 1, $"{title}: its shares add up to "
                + $"{Math.Max(known, timeShare).ToString("0.##", CultureInfo.InvariantCulture)} %.");
        }
    }

    private static double Factor(string from, string to) => Nanoseconds(from) / Nanoseconds(to);

    private static double Nanoseconds(string unit) => unit switch { "us" => 1e3, "ms" => 1e6, "s" => 1e9, _ => 1 };

    private static string N(double value) => value.ToString(value == Math.Floor(value) ? "N0" : "N2", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
