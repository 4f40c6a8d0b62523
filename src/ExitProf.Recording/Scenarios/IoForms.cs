using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// Every form of port access, with a look at what it did: the VMM compares what the guest wrote, and the guest adds up
/// what it read. KVM takes OUTS with a REP prefix apart into an exit per element; INS with one is a single exit, but comes back to its own instruction, which
/// then finds nothing left to do, and where that takes an exit of its own (PVM), is one for nothing. With a REP prefix there are totals and no stages.
/// </summary>
internal sealed class IoForms : IScenario
{
    private const uint Value = 0x5a5a1234;

    public string Name => "io-forms";
    public string Summary => "port access that the VMM answers, by the form of the instruction";
    public string Origin => "Amsden, 2006: I/O operations that a fault handler has to tell apart";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];

    public IReadOnlyList<Setting> Settings { get; } =
        [Setting.Choice("form", "instruction, bytes, and where the port stands; rep-ins moves 16 elements in one exit, rep-outs in 16", flips: false, [.. PortForm.All.Select(f => f.Name)])];

    public IReadOnlyList<PublishedFigure> Published => [new("Amsden, mail on I/O hypercalls", 2006, "different I/O operations that a handler has to tell apart", "forms", [new("", 24)])];

    public IReadOnlyList<SuiteRun> SuiteRuns =>
        [new([$"form={string.Join(',', PortForm.All.Select(f => f.Name))}"], new SuiteReading.Totals(), 20, ["form=out-1-imm,rep-insd,rep-outsb"])];

    public Workload Workload(GuestMode mode, SettingValues settings)
    {
        PortForm form = PortForm.All.First(f => f.Name == settings["form"]);
        bool repeated = form.Kind == PortFormKind.Repeated;
        ExitKind kind = repeated ? ExitKind.RepeatedPio : form.Out ? ExitKind.PioOut : ExitKind.PioIn;
        ExpectedExit expected = form.Out
            ? ExpectedExit.PioOut(GuestLayout.ShortPort, form.Bytes, Value) with { Times = form.Exits }
            : ExpectedExit.PioIn(GuestLayout.ShortPort, form.Bytes, Value, form.Elements);
        return new(kind, a => form.Access(a, GuestLayout.ShortPort, Value), expected, GuestLayout.ShortPort)
        {
            Prepare = guest =>
            {
                form.Fill(guest, Value);
                return [];
            },
        };
    }
}
