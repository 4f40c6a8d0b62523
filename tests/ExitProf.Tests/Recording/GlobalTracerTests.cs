using ExitProf.Recording;

namespace ExitProf.Tests.Recording;

/// <summary>The kernel's one global tracer is taken only where nobody uses it, and given back as it was.</summary>
public sealed class GlobalTracerTests : IDisposable
{
    private const string Dead = "exitprof_999999999_1";

    private readonly TemporaryFolder tracefs = new();

    public GlobalTracerTests()
    {
        Directory.CreateDirectory(tracefs["instances"]);
        foreach ((string file, string text) in Unused) File.WriteAllText(tracefs[file], text);
    }

    private static IEnumerable<(string File, string Text)> Unused =>
    [
        ("available_tracers", "blk function_graph function nop\n"),
        ("current_tracer", "nop\n"),
        ("set_ftrace_pid", "no pid\n"),
        ("set_ftrace_filter", "#### all functions enabled ####\n"),
        ("set_ftrace_notrace", "#### no functions disabled ####\n"),
        ("set_graph_function", "#### all functions enabled ####\n"),
        ("set_graph_notrace", "#### no functions disabled ####\n"),
        ("max_graph_depth", "0\n"),
        ("tracing_thresh", "0\n"),
        ("set_event", ""),
        ("trace", "# tracer: nop\n#\n"),
        ("tracing_on", "0\n"),
        ("trace_clock", "local global counter uptime perf [mono_raw] boot x86-tsc\n"),
    ];

    public void Dispose() => tracefs.Dispose();

    [Theory]
    [InlineData("current_tracer", "function\n", "current_tracer is function")]
    [InlineData("set_ftrace_pid", "17\n", "set_ftrace_pid names threads")]
    [InlineData("set_ftrace_filter", "do_sys_open\n", "set_ftrace_filter names functions")]
    [InlineData("set_ftrace_notrace", "do_sys_open\n", "set_ftrace_notrace names functions")]
    [InlineData("set_event", "sched:sched_switch\n", "set_event names events")]
    [InlineData("trace", "# tracer: nop\n bash-1 [000] 1.0: x\n", "its buffer holds events")]
    public void One_that_somebody_uses_is_refused_and_left_as_it_is(string file, string text, string why)
    {
        File.WriteAllText(tracefs[file], text);
        Assert.Equal($"Calls of functions (--functions) cannot be counted here: this kernel has function_graph as its global tracer only, "
            + $"which is in use ({why}): end what uses it, or boot Linux 6.12 or later, where a recording has one of its own.",
            Assert.Throws<TracerRefusedException>(() => GlobalTracer.Take(tracefs.Path, 42, Dead)).Message);
        Assert.Equal(text, File.ReadAllText(tracefs[file]));
        Assert.Empty(Directory.GetDirectories(tracefs["instances"]));
    }

    [Fact]
    public void It_is_given_back_at_the_end()
    {
        using (GlobalTracer.Take(tracefs.Path, 42, ProcessMark.Own))
        {
            Assert.StartsWith("42", File.ReadAllText(tracefs["set_ftrace_pid"]), StringComparison.Ordinal);
            // A file keeps the rest of what was there, where the kernel takes the value.
            File.WriteAllText(tracefs["set_ftrace_pid"], "42\n");
            File.WriteAllText(tracefs["trace_clock"], "local mono_raw [x86-tsc]");
            File.WriteAllText(tracefs["current_tracer"], "function_graph\n");
            File.WriteAllText(tracefs["tracing_on"], "1\n");
        }
        GivenBack();
    }

    [Fact]
    public void One_of_a_recording_that_was_killed_is_given_back_by_the_next()
    {
        GlobalTracer.Take(tracefs.Path, 42, Dead);
        File.WriteAllText(tracefs["set_ftrace_pid"], "42\n");
        File.WriteAllText(tracefs["set_ftrace_filter"], "kvm_vcpu_ioctl [kvm]\n");
        File.WriteAllText(tracefs["trace_clock"], "local mono_raw [x86-tsc]");
        File.WriteAllText(tracefs["current_tracer"], "function_graph\n");
        File.WriteAllText(tracefs["tracing_on"], "1\n");
        Assert.Equal($"{Dead}_tracer_42_0_mono_raw", Path.GetFileName(Assert.Single(Directory.GetDirectories(tracefs["instances"]))));
        Assert.Equal(1, TracefsInstance.RemoveStale(tracefs.Path));
        GivenBack();
    }

    [Fact]
    public void One_that_tracefs_does_not_let_be_given_back_keeps_its_journal_for_the_recording_that_may()
    {
        GlobalTracer.Take(tracefs.Path, 42, Dead);
        File.WriteAllText(tracefs["set_ftrace_pid"], "42\n");
        File.WriteAllText(tracefs["trace_clock"], "local mono_raw [x86-tsc]");
        File.WriteAllText(tracefs["current_tracer"], "function_graph\n");
        File.Delete(tracefs["tracing_on"]);
        Directory.CreateDirectory(tracefs["tracing_on"]);
        Assert.Equal(0, TracefsInstance.RemoveStale(tracefs.Path));
        Assert.Single(Directory.GetDirectories(tracefs["instances"]));
        Directory.Delete(tracefs["tracing_on"]);
        File.WriteAllText(tracefs["tracing_on"], "1\n");
        Assert.Equal(1, TracefsInstance.RemoveStale(tracefs.Path));
        GivenBack();
    }

    [Fact]
    public void What_somebody_changed_since_the_kill_is_his()
    {
        GlobalTracer.Take(tracefs.Path, 42, Dead);
        (string File, string Text)[] his =
        [
            ("set_ftrace_pid", "77\n"),
            ("set_ftrace_filter", "do_sys_open\n"),
            ("trace_clock", "[mono] x86-tsc\n"),
            ("current_tracer", "function\n"),
            ("tracing_on", "1\n"),
            ("trace", "his\n"),
        ];
        foreach ((string file, string text) in his) File.WriteAllText(tracefs[file], text);
        Assert.Equal(1, TracefsInstance.RemoveStale(tracefs.Path));
        foreach ((string file, string text) in his) Assert.Equal(text, File.ReadAllText(tracefs[file]));
    }

    [Fact]
    public void One_that_two_recordings_take_at_once_is_refused()
    {
        Directory.CreateDirectory(tracefs["instances/exitprof_1_2_tracer_3_1_local"]);
        string said = Assert.Throws<TracerRefusedException>(() => GlobalTracer.Take(tracefs.Path, 42, ProcessMark.Own)).Message;
        Assert.Contains("another recording takes it at this moment", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("available_tracers", "blk function nop\n", "the kernel has no function_graph tracer: use a kernel with CONFIG_FUNCTION_GRAPH_TRACER")]
    [InlineData("set_graph_function", "do_sys_open\n", "set_graph_function of tracefs limits what function_graph writes: empty it.")]
    [InlineData("set_graph_notrace", "do_sys_open\n", "set_graph_notrace of tracefs limits what function_graph writes: empty it.")]
    [InlineData("max_graph_depth", "2\n", "max_graph_depth of tracefs limits what function_graph writes: write 0 to it.")]
    [InlineData("tracing_thresh", "100\n", "tracing_thresh of tracefs limits what function_graph writes: write 0 to it.")]
    public void A_kernel_without_the_tracer_or_with_limits_on_it_is_refused(string file, string text, string sentence)
    {
        File.WriteAllText(tracefs[file], text);
        Assert.Contains(sentence, Assert.Throws<TracerRefusedException>(() =>
            FunctionGraph.Check(new TracingDirectory(tracefs.Path), ["kvm"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_with_KVM_built_in_is_refused() =>
        Assert.Contains("KVM is built into this kernel", Assert.Throws<TracerRefusedException>(() =>
            FunctionGraph.Check(new TracingDirectory(tracefs.Path), [])).Message, StringComparison.Ordinal);

    private void GivenBack()
    {
        Assert.StartsWith("nop", File.ReadAllText(tracefs["current_tracer"]), StringComparison.Ordinal);
        Assert.StartsWith("mono_raw", File.ReadAllText(tracefs["trace_clock"]), StringComparison.Ordinal);
        Assert.StartsWith("0", File.ReadAllText(tracefs["tracing_on"]), StringComparison.Ordinal);
        foreach (string list in (string[])["set_ftrace_pid", "set_ftrace_filter", "trace"]) Assert.Empty(File.ReadAllText(tracefs[list]));
        Assert.Empty(Directory.GetDirectories(tracefs["instances"]));
    }
}
