using System.Globalization;
using System.Text.RegularExpressions;
using ExitProf.Traces;

namespace ExitProf.Tests.Ftrace;

/// <summary>
/// A recorded scenario: pages of one CPU's ring buffer, the kernel's format texts and, for some, the same events as text.
/// </summary>
internal sealed partial class HostSample
{
    private HostSample(string folder)
    {
        Host = Path.GetFileName(Path.GetDirectoryName(folder)!);
        Scenario = Path.GetFileName(folder);
        string formats = Path.Combine(Path.GetDirectoryName(folder)!, "formats");
        Formats =
        [
            .. Directory
                .GetFiles(formats, "*.format")
                .Order(StringComparer.Ordinal)
                .Select(f => EventFormat.Parse(File.ReadAllText(f)))
                .Select(f => f with { Name = OurName(f.Name) }),
        ];
        Layout = RingBufferLayout.Parse(File.ReadAllText(Path.Combine(formats, "header_page")));
        Raw = File.ReadAllBytes(Directory.GetFiles(folder, "cpu*.raw").Single());
        string text = Path.Combine(folder, "trace.txt");
        Text = File.Exists(text)
            ?
            [
                .. Lines()
                    .Matches(File.ReadAllText(text))
                    .Select(m => (ulong.Parse(m.Groups[1].ValueSpan, CultureInfo.InvariantCulture), OurName(m.Groups[2].Value))),
            ]
            : null;
    }

    /// <summary>
    /// The probes of these recordings were made by hand, on the same functions as the recorder's own, under shorter names.
    /// </summary>
    private static string OurName(string name) => name switch
    {
        "bus_write_b" => "bus_write_begin",
        "bus_write_e" => "bus_write_end",
        "bus_read_b" => "bus_read_begin",
        "bus_read_e" => "bus_read_end",
        "put_b" => "vcpu_put_begin",
        "put_e" => "vcpu_put_end",
        "load_b" => "vcpu_load_begin",
        "load_e" => "vcpu_load_end",
        _ => name,
    };

    public string Host { get; }
    public string Scenario { get; }
    public Backend Backend => Host.StartsWith("vmx", StringComparison.Ordinal) ? Backend.Vmx : Backend.Svm;
    public EventFormat[] Formats { get; }
    public RingBufferLayout Layout { get; }
    public byte[] Raw { get; }

    /// <summary>Time and name of each event of trace.txt; null where there is none.</summary>
    public (ulong Tsc, string Name)[]? Text { get; }

    /// <summary>Fixtures stand in the repository; EXITPROF_HOST_SAMPLES names a folder with whole recordings.</summary>
    public static TheoryData<string> Folders()
    {
        var folders = new TheoryData<string>();
        foreach (var (name, root) in Roots)
        {
            if (root.Length == 0) continue;
            foreach (string raw in Directory.GetFiles(root, "cpu*.raw", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                folders.Add(name + "/" + Path.GetRelativePath(root, Path.GetDirectoryName(raw)!));
        }
        return folders;
    }

    private static (string Name, string Folder)[] Roots =>
        [("fixtures", FixturesFolder), ("samples", Environment.GetEnvironmentVariable("EXITPROF_HOST_SAMPLES") ?? "")];

    public static string FixturesFolder => Path.Combine(AppContext.BaseDirectory, "Fixtures", "hosts");

    public static HostSample Load(string folder)
    {
        int slash = folder.IndexOf('/', StringComparison.Ordinal);
        return new(Path.Combine(Roots.Single(r => r.Name == folder[..slash]).Folder, folder[(slash + 1)..]));
    }

    public static HostSample Fixture(string host, string scenario) => new(Path.Combine(FixturesFolder, host, scenario));

    public IEnumerable<byte[]> Pages() => Raw.Chunk(Layout.PageBytes);

    /// <summary>All events in order of time, with their names. Damage and losses fail the test: these recordings have none.</summary>
    public List<(string Name, KernelEvent Event)> Decode()
    {
        var decoder = new KernelEventDecoder(Formats);
        var events = new List<(string, KernelEvent)>();
        foreach (byte[] bytes in Pages())
        {
            var page = new RingBufferPage(bytes, Layout);
            Assert.Equal(0, page.MissedEvents);
            while (page.MoveNext())
            {
                Assert.True(decoder.TryDecode(page.Tsc, page.Payload, out var decoded));
                Assert.True(decoder.TryStamp(page.Payload, out var stamp));
                Assert.Equal(decoded.Stamp, stamp);
                events.Add((decoder.Format(page.Payload)!.Name, decoded));
            }
            Assert.Equal(PageDamage.None, page.Damage);
        }
        Assert.Equal((0, 0), (decoder.DamagedRecords, decoder.UnknownRecords));
        return events;
    }

    /// <summary>All exits, whole or not.</summary>
    public List<CopiedExit> Exits() => CopiedExit.Pair(Backend, Decode().Select(e => e.Event));

    [GeneratedRegex(@"^.*\[\d+\] \S{5,} +(\d+): (\w+):", RegexOptions.Multiline)]
    private static partial Regex Lines();
}

/// <summary>A copy of a <see cref="PairedExit"/>.</summary>
internal sealed record CopiedExit(
    bool HasExit,
    bool HasEntry,
    ExitKind Kind,
    Destination Destination,
    string Reason,
    string KvmExit,
    ulong Subkey,
    Stamp[] Signature,
    ulong[] Times,
    int Others
)
{
    public string Text => string.Join(' ', Signature.Select(s => s.Name()));

    public static List<CopiedExit> Pair(Backend backend, IEnumerable<KernelEvent> events)
    {
        var pairing = new ExitPairing(backend);
        var exits = new List<CopiedExit>();
        long stamps = 0;
        foreach (var e in events)
        {
            stamps++;
            if (pairing.Add(in e)) exits.Add(Copy(pairing.Finished));
        }
        if (pairing.Complete()) exits.Add(Copy(pairing.Finished));
        if (backend != Backend.Pvm) Assert.Equal(stamps, pairing.GuestEvents + exits.Sum(e => e.Signature.Length + e.Others));
        return exits;
    }

    public static CopiedExit Copy(PairedExit e) =>
        new(
            e.HasExit,
            e.HasEntry,
            e.Kind,
            e.Destination,
            e.Reason,
            e.KvmExit,
            e.Subkey,
            e.Signature.ToArray(),
            e.Times.ToArray(),
            e.OtherEvents
        );
}
