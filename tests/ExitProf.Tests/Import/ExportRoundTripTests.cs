using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ExitProf.Traces;

namespace ExitProf.Tests.Import;

/// <summary>What an export writes, read back by others: Perfetto's by protoc with the published messages, CSV line by line.</summary>
public sealed partial class ExportRoundTripTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Files() => ["trace_dat/svm-mmio-v6.dat", "trace_dat/vmx-pio-v7.dat", "field/pckbd-qemu-marks.txt"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Protoc_knows_every_field_and_slices_nest(string sample)
    {
        string file = Path.Combine(folder.Path, "exits.perfetto-trace");
        File.WriteAllBytes(file, Exported(sample, TraceExport.Perfetto));
        string schema = Path.Combine(ImportedText.Folder, "perfetto-subset.proto");
        string text = RealTool.Run("protoc", File.ReadAllBytes(file), "--decode=perfetto.protos.Trace", "-I", ImportedText.Folder, schema).Out;
        // A field that the messages do not have is printed by its number.
        Assert.DoesNotMatch(UnknownField(), text);
        var open = new Dictionary<string, Stack<ulong>>();
        int slices = 0, instants = 0;
        foreach (string packet in text.Split("packet {", StringSplitOptions.RemoveEmptyEntries).Where(p => p.Contains("track_event", Invariant)))
        {
            ulong time = ulong.Parse(Field(packet, "timestamp"), CultureInfo.InvariantCulture);
            string track = Field(packet, "track_uuid");
            if (!open.TryGetValue(track, out var stack)) open.Add(track, stack = new());
            switch (Field(packet, "type"))
            {
                case "TYPE_SLICE_BEGIN":
                    Assert.True(stack.Count == 0 || stack.Peek() <= time);
                    stack.Push(time);
                    slices++;
                    break;
                case "TYPE_SLICE_END": Assert.True(stack.Pop() <= time); break;
                default: instants++; break;
            }
        }
        Assert.All(open.Values, Assert.Empty);
        var exits = ImportedText.OfFile(sample.Split('/')).Exits;
        Assert.True(slices >= exits.Count(e => e.Duration is not null));
        Assert.Equal(exits.Count(e => e.Duration is null), instants);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Csv_read_back_has_every_exit_as_it_was(string sample)
    {
        string[] rows = [.. Encoding.UTF8.GetString(Exported(sample, TraceExport.Csv)).Split('\n').Where(l => l.Length > 0 && l[0] != '#')];
        string[] names = rows[0].Split(',');
        var read = rows.Skip(1).Select(r => r.Split(',')).OrderBy(r => ulong.Parse(Cell(r, "start"), CultureInfo.InvariantCulture))
            .Select(r => (Cell(r, "tid"), Cell(r, "reason"), Cell(r, "kvmExit"), Cell(r, "start"), Cell(r, "duration"), Cell(r, "userspace")));
        var exits = ImportedText.OfFile(sample.Split('/')).Exits;
        Assert.True(exits.Count > 5);
        Assert.Equal(exits.Select(e => ($"{e.Tid}", e.Reason, e.KvmExit, $"{e.Start}", $"{e.Duration}", e.Userspace ? "1" : "0")), read);

        string Cell(string[] row, string name) => row[Array.IndexOf(names, name)];
    }

    private const StringComparison Invariant = StringComparison.Ordinal;

    private static string Field(string packet, string name) => Regex.Match(packet, $@"\b{name}: (\S+)").Groups[1].Value;

    private byte[] Exported(string sample, string form)
    {
        string path = Path.Combine(folder.Path, "imported.nettrace");
        using (FileStream stream = File.OpenRead(Path.Combine(ImportedText.Folder, sample)))
        using (var writer = new TraceWriter(path)) TraceImport.Read(stream, sample, writer);
        using var output = new MemoryStream();
        TraceExport.Write(path, "imported.nettrace", form, output);
        return output.ToArray();
    }

    [GeneratedRegex(@"^\s*\d+(:| \{)", RegexOptions.Multiline)]
    private static partial Regex UnknownField();
}
