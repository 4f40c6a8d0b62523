using System.Text;
using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf.Kvm.Tests.Recording;

/// <summary>The borders and stages of every scenario on the host at hand, if it is one whose borders are kept.</summary>
public sealed class VerifiedHostTests
{
    // Borders and stages are calibration's: the exits behind it only have to be there. A call waits for the kernel's grace period.
    private const int Exits = 48;
    private const int Calls = 8;

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
    public void Every_recording_has_the_borders_and_stages_that_this_host_gave_before()
    {
        HostNeeds.Tracefs();
        HostNeeds.Kvm();
        Assert.SkipUnless(KvmBackend.Detect() == Backend.Pvm, "only PVM's borders are kept for live hosts");
        var text = new StringBuilder();
        foreach ((string scenario, EventSet events, string[] settings) in Recordings)
        {
            string recorded =
                scenario + string.Concat(settings.Select(s => " --set " + s)) + (events.Name == "full" ? "" : " --events " + events.Name);
            try
            {
                Recorded made = Recorded.Make(
                    scenario,
                    events,
                    scenario.EndsWith("-update", StringComparison.Ordinal) ? Calls : Exits,
                    settings
                );
                if (text.Length == 0)
                    text.Append(VerifiedStages.Host(made.Trace.TraceHeader!)).Append('\n');
                text.Append(VerifiedStages.Text(recorded, made.Summary));
            }
            catch (UnsupportedScenarioException)
            {
                text.Append(recorded).Append(": cannot run\n");
            }
        }
        Golden.EqualFile(Path.Combine(SourceTree.Root, "tests/hosts/expected/pvm.txt"), text.ToString());
    }
}
