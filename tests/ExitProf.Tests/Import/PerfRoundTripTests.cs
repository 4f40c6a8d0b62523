using System.Globalization;
using System.Text.RegularExpressions;
using ExitProf.Traces;

namespace ExitProf.Tests.Import;

/// <summary>The same perf.data through perf itself and through ours.</summary>
public sealed partial class PerfRoundTripTests
{
    private const uint Cpuid = 10;
    private const uint Hlt = 12;
    private const uint Io = 30;
    private const uint Msr = 32;

    /// <summary>Some thousand exits of two threads with durations that differ; all of them end.</summary>
    private static byte[] Recording()
    {
        var random = new Random(7);
        // perf knows a vCPU from its first entry on: an exit before it is in none of its rows.
        var file = new PerfDataBuilder().Entry(900_000, 100, 0).Entry(900_000, 101, 1);
        ulong time = 1_000_000;
        for (int i = 0; i < 3000; i++)
        {
            int thread = 100 + i % 2, cpu = i % 2;
            uint reason = (uint[])[Cpuid, Hlt, Io, Msr] is var all ? all[random.Next(all.Length)] : 0;
            ulong length = 400 + (ulong)random.Next(100_000);
            file.Exit(time, thread, cpu, reason, reason == Io ? 0x3f8_0000ul : 0).Entry(time + length, thread, cpu);
            time += length + 1000;
            if (i % 500 == 499) file.Round();
        }
        return file.InFile();
    }

    [Fact]
    public void The_rows_of_perf_kvm_stat_are_those_of_the_import()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "perf.data");
        byte[] recording = Recording();
        File.WriteAllBytes(path, recording);
        (string text, string error) = RealTool.Run("perf", "kvm", "--guest", "-i", path, "stat", "report", "--event=vmexit");
        var rows = Row().Matches(text + error).ToDictionary(m => m.Groups["name"].Value,
            m => (Count: int.Parse(m.Groups["count"].Value, CultureInfo.InvariantCulture), Min: Number(m, "min"), Max: Number(m, "max"),
                Mean: Number(m, "mean")));
        Assert.Equal(4, rows.Count);

        var ours = ImportedText.Of(recording).Exits.GroupBy(e => e.Reason).ToDictionary(g => g.Key, g => g.ToList());
        Assert.Equal(rows.Keys.Order(StringComparer.Ordinal), ours.Keys.Order(StringComparer.Ordinal));
        foreach ((string reason, var exits) in ours)
        {
            // perf prints microseconds with two digits.
            var row = rows[reason];
            Assert.Equal(row.Count, exits.Count);
            Assert.Equal(row.Min, exits.Min(e => e.Duration!.Value) / 1000.0, 0.0051);
            Assert.Equal(row.Max, exits.Max(e => e.Duration!.Value) / 1000.0, 0.0051);
            Assert.Equal(row.Mean, exits.Average(e => (double)e.Duration!.Value) / 1000.0, 0.0051);
        }
    }

    [Fact]
    public void The_lines_of_perf_script_give_the_same_exits_as_the_file()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "perf.data");
        byte[] recording = Recording();
        File.WriteAllBytes(path, recording);
        var lines = ImportedText.Of(RealTool.Run("perf", "script", "--ns", "-i", path).Out);
        var file = ImportedText.Of(recording);
        Assert.Equal(3000, file.Exits.Count);
        Assert.Equal(file.Exits.Select(e => (e.Tid, e.Vcpu, e.Reason, e.Start, e.Duration)),
            lines.Exits.Select(e => (e.Tid, e.Vcpu, e.Reason, e.Start, e.Duration)));
    }

    private static double Number(Match row, string group) => double.Parse(row.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^ *(?<name>[A-Z_]+) +(?<count>\d+) +[\d.]+% +[\d.]+% +(?<min>[\d.]+)us +(?<max>[\d.]+)us +(?<mean>[\d.]+)us", RegexOptions.Multiline)]
    private static partial Regex Row();
}
