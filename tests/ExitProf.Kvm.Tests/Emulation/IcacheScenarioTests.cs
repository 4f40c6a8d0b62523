using ExitProf.Kvm.Tests.Recording;
using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf.Kvm.Tests.Emulation;

/// <summary>
/// The scenarios of the cache on the host at hand. The guests themselves compare every result; a stale instruction ends the recording.
/// </summary>
public sealed class IcacheScenarioTests
{
    public static TheoryData<string, string> Changing
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string scenario in (string[])["icache-self-modifying", "icache-remap", "icache-two-address-spaces"])
            {
                foreach (string coherence in (string[])["verify-bytes", "write-protect-code", "write-protect-code+tables"])
                    data.Add(scenario, coherence);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Changing))]
    public void Code_that_changes_is_always_the_new_one_with_the_cache_on_and_off(string scenario, string coherence)
    {
        HostNeeds.Kvm();
        if (coherence == "write-protect-code+tables")
            Assert.SkipWhen(
                KvmPagingDetection.WalkWrites(KvmPagingDetection.Detect(KvmBackend.Detect())),
                "the CPU writes to page tables that it walks"
            );
        Recorded made = Recorded.Make(scenario, EventSet.None, 64, "every=3", "cache=off,on", "coherence=" + coherence);
        Finding cache = Assert.Single(
            made.Trace.Findings,
            f => f.Is(FindingKind.InstructionCache) && f.Subject.Contains("cache=on", StringComparison.Ordinal)
        );
        Assert.True(cache.Count > 64, cache.Text);
        if (scenario != "icache-two-address-spaces" && coherence != "write-protect-code")
            Assert.DoesNotContain(" 0 invalidations", cache.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cpu-loop")]
    [InlineData("memory-copy")]
    [InlineData("syscall-loop")]
    public void Guest_work_with_emulated_exits_has_one_miss_and_then_hits(string scenario)
    {
        HostNeeds.Kvm();
        Recorded made = Recorded.Make(scenario, EventSet.None, 8, "exit=emulated", "exits=5", "cache=off,on");
        Assert.Equal(
            5u,
            Assert
                .Single(made.Summary.Configurations, c => c.Configuration.Name.EndsWith("cache=on", StringComparison.Ordinal))
                .Work!.Unit.Exits
        );
        Finding cache = Assert.Single(made.Trace.Findings, f => f.Is(FindingKind.InstructionCache));
        Assert.Contains("cache=on", cache.Subject, StringComparison.Ordinal);
        Assert.Contains(" 1 misses", cache.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cache_of_emulated_instructions_is_refused_where_a_port_write_exits()
    {
        HostNeeds.Kvm();
        var refused = Assert.Throws<SettingException>(() => Recorded.Make("cpu-loop", EventSet.None, 8, "cache=on"));
        Assert.Contains("exit=emulated", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_emulated_exit_has_the_steps_of_the_VMM_in_traced_blocks_and_none_in_the_others()
    {
        HostNeeds.Tracefs();
        Recorded made = Recorded.Make("icache-hot", EventSet.Full, 100, "cache=off,on");
        Stamp[] steps =
        [
            Stamp.VmmLookup,
            Stamp.VmmFetch,
            Stamp.VmmDecode,
            Stamp.VmmEmulate,
            Stamp.VmmDevice,
            Stamp.VmmEmulate,
            Stamp.VmmWriteBack,
        ];
        foreach (ExitClass exitClass in made.Trace.Classes.Where(c => c.Calibrated))
        {
            IEnumerable<Stamp> own = exitClass.Signature.Where(s => s.IsStep());
            if (exitClass.Signature.Any(s => s.IsKernelEvent())) Assert.Equal(steps, own);
            else Assert.Empty(own);
        }
        Assert.True(made.Trace.TraceHeader!.StepFloor > 0);
        Assert.All(
            made.Summary.Configurations,
            c => Assert.Contains(c.Stages.Single(s => s.Stages.Contains(Stage.Userspace)).Steps, s => s.Name == "lookup")
        );
    }
}
