using ExitProf.Analysis;
using ExitProf.Kvm.Tests.Inside;
using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf.Kvm.Tests.Recording;

/// <summary>
/// Calls of KVM's functions, where the kernel has the function_graph tracer: Debian's do, in emulated hosts; Linux 6.1 as the global one,
/// 6.12 in an instance.
/// </summary>
public sealed class FunctionGraphTests
{
    private const int Exits = 100;

    /// <summary>What of tracefs a recording must leave as it was.</summary>
    private static readonly string[] State =
    [
        "current_tracer", "set_ftrace_filter", "set_ftrace_notrace", "set_ftrace_pid", "set_graph_function", "trace_clock", "tracing_on",
        "set_event",
    ];

    [Theory]
    [InlineData("pio-out", "pio-search")]
    [InlineData("ioeventfd-pio", "pio-search+guest-entry")]
    public void Calls_of_an_exit_are_counted_by_stage_and_no_other_figure_changes(string scenario, string search)
    {
        string before = StateOf(WithTracer());
        Recorded recorded = Make(scenario, functions: true), plain = Make(scenario, functions: false);
        Assert.Equal(before, StateOf(WithTracer()));
        StackCount[] stacks = [.. recorded.Trace.Stacks];
        Assert.Equal(1, Calls("kvm_arch_vcpu_ioctl_run [kvm]") + (scenario == "pio-out" ? 0 : 1));
        Assert.Equal(1, Calls("svm_handle_exit [kvm_amd]"));
        Assert.Equal(1, Calls("kvm_io_bus_write [kvm]"));
        Assert.Equal(search, Assert.Single(stacks, s => s.Function == "kvm_io_bus_write [kvm]" && s.Calls > 0).Stage);
        Assert.Equal(scenario == "pio-out", stacks.Any(s => (s.Stage, s.Stack) == ("userspace", StackCount.UserFrame)));
        Finding found = Assert.Single(recorded.Trace.Findings, f => f.Is(FindingKind.FunctionGraph));
        Assert.StartsWith($"{stacks.Sum(s => s.Calls)} calls of KVM's functions in an exit: ", found.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(recorded.Trace.Findings, f => f.Is(FindingKind.CallsLost) || f.Is(FindingKind.NoCalls));
        Assert.True(found.Count >= 500, found.Text);
        if (EmulatedMachine.IsHere)
            Assert.All(Figures(plain).Zip(Figures(recorded)), f => Assert.InRange(f.Second, f.First - 2, f.First + 2));

        long Calls(string function) => stacks.Where(s => s.Function == function).Sum(s => s.Calls!.Value);
    }

    [Fact]
    public void A_tracer_that_somebody_uses_is_refused_before_anything_is_recorded_and_left_to_him()
    {
        string tracefs = WithTracer();
        Need(IsGlobal(tracefs), "the tracer runs in an instance of our own here: nobody can be in the way");
        File.WriteAllText(Path.Combine(tracefs, "current_tracer"), "function");
        try
        {
            Assert.Contains("current_tracer is function",
                Assert.Throws<TracerRefusedException>(() => Make("pio-out", functions: true)).Message, StringComparison.Ordinal);
            Assert.Equal("function", File.ReadAllText(Path.Combine(tracefs, "current_tracer")).Trim());
        }
        finally
        {
            File.WriteAllText(Path.Combine(tracefs, "current_tracer"), "nop");
        }
    }

    [Fact]
    public void The_tracer_of_a_recording_that_was_killed_is_given_back_by_the_next_one()
    {
        string tracefs = WithTracer(), before = StateOf(tracefs);
        TracerHolder.StartAndKill();
        if (IsGlobal(tracefs)) Assert.Equal("function_graph", File.ReadAllText(Path.Combine(tracefs, "current_tracer")).Trim());
        Assert.NotEmpty(Ours(tracefs));
        // Any recording with kernel events, whatever it is about.
        Assert.True(Make("pio-out", functions: false).Whole);
        Assert.Equal(before, StateOf(tracefs));
        Assert.Empty(Ours(tracefs));
    }

    [Fact]
    public void A_kernel_without_the_tracer_is_said_to_be_with_the_remedy()
    {
        HostNeeds.Kvm();
        Need(!HasTracer(HostNeeds.Tracefs()), "the kernel has the function_graph tracer");
        ExitProfCommand.Run("record", "pio-out", "--host", "local", "--functions", "--exits", "10", "-o", "/tmp/none.nettrace")
            .Fails(2, "the kernel has no function_graph tracer: use a kernel with CONFIG_FUNCTION_GRAPH_TRACER");
    }

    private static Recorded Make(string scenario, bool functions)
    {
        HostNeeds.Kvm();
        var options = new SweepOptions(ScenarioCatalog.Get(scenario), [], Exits, TimeSpan.Zero, null, EventSet.Full, 1)
        {
            Rounds = 2,
            Functions = functions,
        };
        return Recorded.Make(options, CancellationToken.None);
    }

    /// <summary>The medians of stages and of untraced exits, which a timer's tick moves by an instruction.</summary>
    private static IEnumerable<double> Figures(Recorded recorded)
    {
        ConfigurationSummary only = Assert.Single(recorded.Summary.Configurations);
        return only.Stages.Where(s => s.State != StageState.Absent).Select(s => s.Cycles.P50).Append(only.Untraced!.Total.P50);
    }

    /// <summary>The directory of tracefs; the calling test is skipped where the kernel has no such tracer.</summary>
    private static string WithTracer()
    {
        string tracefs = HostNeeds.Tracefs();
        Need(HasTracer(tracefs), "the kernel has no function_graph tracer: Debian's kernels in an emulated host do");
        return tracefs;
    }

    private static string StateOf(string tracefs) =>
        string.Join('\n', State.Select(f => Path.Combine(tracefs, f)).Select(f => File.Exists(f) ? File.ReadAllText(f) : f));

    private static string[] Ours(string tracefs) => Directory.GetDirectories(Path.Combine(tracefs, "instances"), ProcessMark.Prefix + "*");

    private static bool HasTracer(string tracefs) => Tracers(tracefs).Contains(FunctionGraph.Tracer);

    /// <summary>Whether instances cannot have it.</summary>
    private static bool IsGlobal(string tracefs)
    {
        string trial = Path.Combine(tracefs, "instances", "trial");
        Directory.CreateDirectory(trial);
        try
        {
            return HasTracer(tracefs) && !Tracers(trial).Contains(FunctionGraph.Tracer);
        }
        finally
        {
            Directory.Delete(trial);
        }
    }

    private static string[] Tracers(string directory) =>
        File.ReadAllText(Path.Combine(directory, "available_tracers")).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static void Need(bool holds, string otherwise) => Assert.SkipUnless(holds, otherwise);
}
