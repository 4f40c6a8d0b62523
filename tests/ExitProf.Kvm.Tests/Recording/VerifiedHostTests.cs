using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf.Kvm.Tests.Recording;

/// <summary>The borders and stages of every scenario on the host at hand, if it is one whose borders are kept.</summary>
public sealed class VerifiedHostTests
{
    // Borders and stages are calibration's: the exits behind it only have to be there. A call waits for the kernel's grace period.
    private const int Exits = 48;
    private const int Calls = 8;

    /// <summary>The quick suite records every scenario each time.</summary>
    private const int Drawn = 8;

    private static string Expected => Path.Combine(SourceTree.Root, "tests/hosts/expected/pvm.txt");

    // As in the lists of the emulated hosts, so that one table can hold them all. Deep sets differ by the host's own MSRs.
    private static readonly (string Scenario, string[] Settings)[] WithSettings =
    [
        ("msr", ["target=kernel,user"]),
        ("eoi", ["apic=xapic,x2apic"]),
        ("pio-search", ["placement=other-ports,target-last", "devices=100"]),
        ("memslots", ["slots=100"]),
        ("io-forms", ["direction=in", "operand=imm8,string"]),
        ("io-forms", ["direction=out", "operand=imm8,string"]),
        ("state-transfer", ["via=none,get-set-regs,sync-regs"]),
        ("state-copy", ["bytes=4096"]),
        ("tpr", ["apic=xapic,x2apic"]),
        ("icache-hot", ["cache=off,on"]),
    ];

    private static readonly (string Scenario, EventSet Events, string[] Settings)[] Recordings =
    [
        .. ScenarioCatalog
            .All.Where(s => !WithSettings.Any(w => w.Scenario == s.Name))
            .Select(s => (s.Name, EventSet.Full, Array.Empty<string>())),
        .. WithSettings.Select(w => (w.Scenario, EventSet.Full, w.Settings)),
        ("pio-out", EventSet.Lean, []),
        ("pio-out", EventSet.None, []),
    ];

    [Fact]
    public void A_recording_has_the_borders_and_stages_that_this_host_gave_before()
    {
        NeedPvm();
        Golden.HoldsBlocks(Expected, string.Concat(LiveSlice.Some(Recordings, Drawn).Select(Text)));
    }

    [Fact]
    public void All_recordings_together_are_what_this_host_gave_before()
    {
        NeedPvm();
        LiveSlice.SkipTheRest();
        string host = VerifiedStages.Host(Recorded.Make("pio-out", EventSet.None, Exits).Trace.TraceHeader!);
        Golden.EqualFile(Expected, $"{host}\n{string.Concat(Recordings.Select(Text))}");
    }

    private static void NeedPvm()
    {
        HostNeeds.Tracefs();
        HostNeeds.Kvm();
        Assert.SkipUnless(KvmBackend.Detect() == Backend.Pvm, "only PVM's borders are kept for live hosts");
    }

    private static string Text((string Scenario, EventSet Events, string[] Settings) recording)
    {
        (string scenario, EventSet events, string[] settings) = recording;
        string recorded =
            scenario + string.Concat(settings.Select(s => " --set " + s)) + (events.Name == "full" ? "" : " --events " + events.Name);
        int exits = scenario.EndsWith("-update", StringComparison.Ordinal) ? Calls : Exits;
        try
        {
            return VerifiedStages.Text(recorded, Recorded.Make(scenario, events, exits, settings).Summary);
        }
        catch (UnsupportedScenarioException)
        {
            return recorded + ": cannot run\n";
        }
    }
}
