using System.CommandLine;
using ExitProf.Analysis;
using ExitProf.Hosts;
using ExitProf.Tests.Nettrace;
using ExitProf.Traces;

namespace ExitProf.Tests.Hosts;

/// <summary>A suite whose rows are all recorded in one boot, without an emulator.</summary>
public sealed class EmulatedSuiteTests : IDisposable
{
    private const int World = 2;
    private static readonly int Rows = SuiteRecording.Plan().Count();

    private readonly TemporaryFolder folder = new();
    private readonly StringWriter said = new();
    private readonly CancellationTokenSource cancel = new();
    private int asked;

    public void Dispose()
    {
        folder.Dispose();
        cancel.Dispose();
    }

    private CommandConsole Console
    {
        get
        {
            ParseResult parsed = new RootCommand().Parse([]);
            parsed.InvocationConfiguration.Error = said;
            return CommandConsole.Of(parsed);
        }
    }

    /// <summary>A trace of the scenario that a command records.</summary>
    private static HostResult Recorded(IReadOnlyList<string> command)
    {
        SampleTrace sample = SampleTrace.Ordinary();
        byte[] trace = (sample with
        {
            Header = sample.Header with
            {
                Scenario = command[1],
                Backend = Backend.Vmx,
                Clock = sample.Header.Clock with { Unit = ClockUnit.Instructions },
            },
        }).Bytes();
        return new HostResult(0, "", "", new Dictionary<string, byte[]> { [GuestWords.TraceName] = trace });
    }

    private SuiteSummary Record(FakeMachine machine)
    {
        using var host = new EmulatedSuiteHost(machine.Host(folder), quick: false, Console);
        return new SuiteRecording(new DirectoryInfo(folder["suite"]), quick: false, Console).Run(host, cancel.Token);
    }

    /// <param name="kept">Whether the machine is kept, or booted for its commands.</param>
    /// <param name="differently">Of a command what comes in place of a trace; null for a trace.</param>
    private FakeMachine Machine(Func<int, HostResult?> differently, bool kept = false) =>
        new(kept, command => differently(++asked) ?? Recorded(command));

    private void OnlyThese(SuiteSummary suite, params IEnumerable<int> missing) => Assert.Equal(
        missing, suite.Rows.Index().Where(r => r.Item.Trace == null).Select(r => r.Index + 1));

    [Fact]
    public void All_rows_are_recorded_in_one_boot_whose_minutes_are_said_first()
    {
        FakeMachine machine = Machine(_ => null);
        SuiteSummary suite = Record(machine);
        Assert.Equal(Rows, Assert.Single(machine.Boots).Count);
        Assert.Equal(Rows, suite.Rows.Length);
        OnlyThese(suite);
        Assert.False(suite.Interrupted);
        string[] lines = said.ToString().Split('\n');
        Assert.Matches($"^exitprof: {Rows} recordings in one boot: at least [0-9]+ minutes of CPU time$", lines[0]);
        Assert.StartsWith($"1/{Rows} {suite.Rows[0].Scenario} ", lines[1]);
        Assert.StartsWith($"{Rows}/{Rows} {suite.Rows[^1].Scenario} ", lines[Rows]);
        // The folder makes the same page again.
        Assert.Equal(suite.Rows.Select(r => r.Scenario), SuiteFolder.Read(new DirectoryInfo(folder["suite"])).Rows.Select(r => r.Scenario));
    }

    [Fact]
    public void A_row_that_is_refused_or_returns_rubbish_has_its_reason_and_the_others_are_recorded()
    {
        SuiteSummary suite = Record(Machine(n => n switch
        {
            3 => new HostResult(World, "", "This host has no such thing.", new Dictionary<string, byte[]>()),
            5 => new HostResult(0, "", "", new Dictionary<string, byte[]>()),
            7 => new HostResult(0, "", "", new Dictionary<string, byte[]> { [GuestWords.TraceName] = [1, 2, 3] }),
            _ => null,
        }));
        OnlyThese(suite, 3, 5, 7);
        Assert.Equal("This host has no such thing.", suite.Rows[2].Reason);
        Assert.Contains("returned no trace", suite.Rows[4].Reason);
        Assert.Contains("cannot be read", suite.Rows[6].Reason);
        Assert.Contains($"3/{Rows} {suite.Rows[2].Scenario} ", said.ToString());
        Assert.Contains("s: This host has no such thing.", said.ToString());
    }

    [Fact]
    public void After_a_row_that_ends_the_machine_the_others_have_another_boot()
    {
        FakeMachine machine = Machine(n => n == 4 ? throw new HostException("The emulated host stopped.") : null);
        SuiteSummary suite = Record(machine);
        OnlyThese(suite, 4);
        Assert.Equal("The emulated host stopped.", suite.Rows[3].Reason);
        Assert.Equal([Rows, Rows - 4], machine.Boots.Select(b => b.Count));
        Assert.Contains("exitprof: The emulated host stopped. It is booted again for the other recordings.", said.ToString());
    }

    [Fact]
    public void A_machine_that_is_booted_again_and_records_nothing_is_not_booted_a_third_time()
    {
        FakeMachine machine = Machine(n => n >= 4 ? throw new HostException("The emulated host stopped.") : null);
        SuiteSummary suite = Record(machine);
        OnlyThese(suite, Enumerable.Range(4, Rows - 3));
        Assert.Equal(2, machine.Boots.Count);
        Assert.All(suite.Rows[3..], r => Assert.Equal("The emulated host stopped.", r.Reason));
    }

    [Fact]
    public void A_kept_machine_is_restored_for_each_row_after_one_that_ended_it()
    {
        SuiteSummary suite = Record(Machine(n => n is 1 or 2 ? throw new HostException("The emulated host stopped.") : null, kept: true));
        OnlyThese(suite, 1, 2);
    }

    [Fact]
    public void A_machine_that_does_not_boot_is_the_sentence_of_the_command() => Assert.Equal("The emulated host stopped.",
        Assert.Throws<HostException>(() => Record(Machine(_ => throw new HostException("The emulated host stopped.")))).Message);

    [Fact]
    public void What_was_recorded_before_an_interruption_is_kept()
    {
        SuiteSummary suite = Record(Machine(n =>
        {
            if (n < 3) return null;
            cancel.Cancel();
            throw new OperationCanceledException();
        }));
        Assert.True(suite.Interrupted);
        Assert.Equal(3, suite.Rows.Length);
        OnlyThese(suite, 3);
        Assert.Equal("It was interrupted.", suite.Rows[2].Reason);
    }

    [Fact]
    public void Several_kernels_have_a_boot_each_and_one_that_does_not_boot_leaves_the_others()
    {
        FakeMachine good = Machine(_ => null), bad = Machine(_ => throw new HostException("The emulated host stopped."));
        var history = new KernelSuite(new DirectoryInfo(folder["history"]), Console)
            .Record(["a", "b"], new RecordingPace(60, 60), k => (k == "a" ? bad : good).Host(folder), CancellationToken.None);
        int scenarios = Assert.Single(good.Boots).Count;
        Assert.Single(bad.Boots);
        Assert.Contains($"2 kernels, {scenarios} scenarios each: about {2 + 2 * scenarios} minutes of CPU time", said.ToString());
        Assert.Equal(scenarios, history.Rows.Length);
        Assert.All(history.Rows, r => Assert.Equal("The emulated host stopped.", r.Cells[0].Reason));
        // The sample has traced exits only.
        Assert.All(history.Rows, r => Assert.Equal("it has no untraced exit", r.Cells[1].Reason));
        Assert.Equal(Backend.Vmx, history.Kernels[1].Backend);
    }
}
