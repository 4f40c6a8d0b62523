using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// Every form of port access, with a look at what it did: the VMM compares what the guest wrote, and the guest adds up
/// what it read. KVM takes OUTS with a REP prefix apart into an exit per element; INS with one is a single exit, but comes back to its own
/// instruction, which then finds nothing left to do, and where that takes an exit of its own (PVM), is one for nothing. With a REP prefix
/// there are totals and no stages.
/// </summary>
internal sealed class IoForms : IScenario
{
    private const uint Value = 0x5a5a1234;
    private const string Direction = "direction";
    private const string Operand = "operand";
    private const string Bytes = "bytes";

    private static readonly (string Word, PortFormKind Kind)[] Kinds =
        [("imm8", PortFormKind.Immediate), ("dx", PortFormKind.Dx), ("string", PortFormKind.String), ("rep-string", PortFormKind.Repeated)];

    public string Name => "io-forms";
    public ScenarioGroup Group => ScenarioGroup.Io;
    public string Summary => "port access that the VMM answers, by the form of the instruction";
    public string Origin => "Amsden, 2006: I/O operations that a fault handler has to tell apart";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Choice(Direction, "IN or OUT", flips: false, "in", "out"),
        Setting.Choice(
            Operand,
            "imm8: the port stands in the instruction; dx: in DX; string: INS or OUTS, DX and memory; rep-string: the same 16 times by a REP prefix",
            flips: false,
            [.. Kinds.Select(k => k.Word)]
        ),
        Setting.Choice(Bytes, "of one element", flips: false, "1", "2", "4"),
    ];

    public IReadOnlyList<PublishedFigure> Published =>
        [new("Amsden, mail on I/O hypercalls", 2006, "different I/O operations that a handler has to tell apart", "forms", [new("", 24)])];

    public IReadOnlyList<SuiteRun> SuiteRuns =>
        [
            new(
                [$"{Direction}=in,out", $"{Operand}={string.Join(',', Kinds.Select(k => k.Word))}", $"{Bytes}=1,2,4"],
                new SuiteQuestion.Totals(),
                20,
                [$"{Direction}=in,out", $"{Operand}=imm8,rep-string", $"{Bytes}=4"]
            ),
        ];

    public Workload Workload(GuestMode mode, SettingValues settings)
    {
        var form = new PortForm(
            settings[Direction] == "out",
            (int)settings.Number(Bytes),
            Kinds.First(k => k.Word == settings[Operand]).Kind
        );
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
