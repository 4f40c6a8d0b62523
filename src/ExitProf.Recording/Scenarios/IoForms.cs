using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// Every form of port access that reaches the VMM once, with a look at what it did: the VMM compares what the guest wrote, and the guest adds up
/// what it read. OUTS with a REP prefix is no such form: KVM takes it apart into an exit per element, each of which is that of plain OUTS.
/// </summary>
/// <remarks>
/// INS with a REP prefix comes back to its own instruction, which then finds nothing left to do. Where that takes an exit of its own (PVM), the border
/// table knows no row for the two together: there is a total, but there are no stages.
/// </remarks>
internal sealed class IoForms : IScenario
{
    private const uint Value = 0x5a5a1234;

    public string Name => "io-forms";
    public string Summary => "port access that the VMM answers, by the form of the instruction";
    public string Origin => "Amsden, 2006: I/O operations that a fault handler has to tell apart";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];

    public IReadOnlyList<Setting> Settings { get; } =
        [Setting.Choice("form", "instruction, bytes, and where the port stands; rep-ins moves 16 elements in one exit", flips: false, [.. PortForm.All.Select(f => f.Name)])];

    public IReadOnlyList<PublishedFigure> Published => [new("Amsden, mail on I/O hypercalls", 2006, "different I/O operations that a handler has to tell apart", "forms", [new("", 24)])];

    public IReadOnlyList<SuiteRun> SuiteRuns =>
        [new([$"form={string.Join(',', PortForm.All.Select(f => f.Name))}"], new SuiteReading.Totals(), 20, ["form=out-1-imm,rep-insd"])];

    public Workload Workload(GuestMode mode, SettingValues settings)
    {
        PortForm form = PortForm.All.First(f => f.Name == settings["form"]);
        return form.Out
            ? new(ExitKind.PioOut, a => form.Access(a, GuestLayout.ShortPort, Value), ExpectedExit.PioOut(GuestLayout.ShortPort, form.Bytes, Value), GuestLayout.ShortPort)
            : new(ExitKind.PioIn, a => form.Access(a, GuestLayout.ShortPort, Value), ExpectedExit.PioIn(GuestLayout.ShortPort, form.Bytes, Value, form.Elements), GuestLayout.ShortPort);
    }
}
