using ExitProf.Traces;

namespace ExitProf.Tests.Ftrace;

public sealed class ExitPairingTests
{
    private const string Pair = "rcu_utilization:start rcu_utilization:end";
    private const string Userspace = "kvm_fpu:unload kvm_userspace_exit sys_exit sys_enter kvm_fpu:load";

    private static readonly Dictionary<string, Stamp> Stamps = Enum.GetValues<Stamp>().ToDictionary(s => s.Name());

    [Fact]
    public void Pvm_exits_are_between_the_exits_note_and_the_entrys()
    {
        var exits = Pvm($"{Pair} kvm_emulate_insn kvm_pio {Userspace} {Pair} {Pair} kvm_emulate_insn kvm_mmio {Pair} {Pair} {Pair}");
        Assert.Equal(3, exits.Count);
        Assert.All(exits, e => Assert.True(e.HasExit && e.HasEntry));
        Assert.Equal($"{Pair} kvm_emulate_insn kvm_pio {Userspace} rcu_utilization:start", exits[0].Text);
        Assert.Equal(
            (ExitKind.PioOut, Destination.Userspace, "KVM_EXIT_IO", 0x3f8UL),
            (exits[0].Kind, exits[0].Destination, exits[0].KvmExit, exits[0].Subkey)
        );
        Assert.Equal(
            (ExitKind.MmioWrite, Destination.Kernel, "", 0xd0000000UL),
            (exits[1].Kind, exits[1].Destination, exits[1].KvmExit, exits[1].Subkey)
        );
        // A system call that PVM reflects: nothing but the two notes.
        Assert.Equal($"{Pair} rcu_utilization:start", exits[2].Text);
        Assert.Equal(ExitKind.Unknown, exits[2].Kind);
    }

    [Fact]
    public void A_pvm_stream_may_begin_in_the_guest_or_with_an_entry()
    {
        var exits = Pvm($"{Pair} {Pair} kvm_emulate_insn kvm_pio {Pair}");
        Assert.Equal($"{Pair} kvm_emulate_insn kvm_pio rcu_utilization:start", Assert.Single(exits).Text);
        Assert.True(exits[0].HasExit && exits[0].HasEntry);

        exits = Pvm($"sys_enter kvm_fpu:load {Pair} {Pair} kvm_emulate_insn kvm_pio {Pair}");
        Assert.Equal([false, true], exits.Select(e => e.HasExit));
        Assert.Equal("sys_enter kvm_fpu:load rcu_utilization:start", exits[0].Text);
    }

    [Fact]
    public void A_lost_pvm_note_breaks_the_exits_beside_it_and_no_others()
    {
        string exit = $"{Pair} kvm_emulate_insn kvm_pio {Pair}";
        // The second exit has lost its entry note, so the third's exit note looks like one.
        var exits = Pvm($"{exit} {Pair} kvm_emulate_insn kvm_pio {Pair} kvm_emulate_insn kvm_pio {Pair} {exit}", out var pairing);
        Assert.Equal([true, false, true, true], exits.Select(e => e.HasEntry));
        Assert.All(exits, e => Assert.True(e.HasExit));
        Assert.Equal(1, pairing.Resynchronised);
        Assert.Equal(exits[0].Text, exits[2].Text);
    }

    [Fact]
    public void Where_the_scheduler_is_recorded_its_note_is_no_entry()
    {
        string exit = $"{Pair} kvm_emulate_insn kvm_pio {Pair}";
        string switched = $"{Pair} kvm_emulate_insn kvm_pio {Pair} sched_switch:out sched_switch:in {Pair}";
        var exits = Pvm($"{exit} {switched} {exit}", out var pairing);
        Assert.All(exits, e => Assert.True(e.HasExit && e.HasEntry));
        Assert.Equal(3, exits.Count);
        Assert.Contains("sched_switch:out sched_switch:in", exits[1].Text);
        Assert.Equal(0, pairing.Resynchronised);
    }

    [Fact]
    public void A_context_switch_in_user_space_is_no_entry()
    {
        var exit = Assert.Single(
            Pvm($"{Pair} kvm_emulate_insn kvm_pio kvm_fpu:unload kvm_userspace_exit sys_exit {Pair} sys_enter kvm_fpu:load {Pair}")
        );
        Assert.True(exit.HasEntry);
        // It is no exit like others: the border table does not explain it.
        Assert.Null(Walk.Of(BorderTable.Row(exit.Kind, exit.Destination, Backend.Pvm, vmmStamps: false), exit.Signature));
    }

    [Fact]
    public void Pvm_kinds_are_told_by_what_kvm_did()
    {
        ExitKind Of(string between) => Assert.Single(Pvm($"{Pair} {between} {Pair}")).Kind;
        Assert.Equal(ExitKind.Apic, Of("kvm_emulate_insn kvm_mmio kvm_apic kvm_eoi"));
        Assert.Equal(ExitKind.Cpuid, Of("kvm_emulate_insn kvm_cpuid"));
        Assert.Equal(ExitKind.Msr, Of("kvm_emulate_insn kvm_msr"));
        Assert.Equal(ExitKind.Hypercall, Of("kvm_hypercall"));
        Assert.Equal(ExitKind.Unknown, Of("kvm_page_fault"));
    }

    [Fact]
    public void A_failed_emulation_that_reaches_user_space_is_one()
    {
        var events = Events($"{Pair} kvm_emulate_insn kvm_emulate_insn {Userspace} {Pair}");
        events[3] = events[3] with { Code = 1 };
        events[5] = events[5] with { Code = KvmExitNames.InternalError };
        var exit = Assert.Single(CopiedExit.Pair(Backend.Pvm, events));
        Assert.Equal((ExitKind.EmulationFailure, "KVM_EXIT_INTERNAL_ERROR"), (exit.Kind, exit.KvmExit));
    }

    [Fact]
    public void Exits_without_their_entry_and_entries_without_their_exit_are_handed_out()
    {
        var exits = CopiedExit.Pair(
            Backend.Vmx,
            Events("kvm_entry kvm_exit kvm_pio kvm_exit kvm_pio kvm_entry kvm_fpu:unload kvm_entry kvm_exit")
        );
        Assert.Equal(
            ["kvm_entry", "kvm_exit kvm_pio", "kvm_exit kvm_pio kvm_entry", "kvm_fpu:unload kvm_entry", "kvm_exit"],
            exits.Select(e => e.Text));
        Assert.Equal([false, true, true, false, true], exits.Select(e => e.HasExit));
        Assert.Equal([true, false, true, true, false], exits.Select(e => e.HasEntry));
    }

    [Fact]
    public void Notes_beside_the_world_switch_lie_outside_of_the_exit()
    {
        var pairing = new ExitPairing(Backend.Svm);
        var exits = Run(pairing, Events($"kvm_exit kvm_pio kvm_entry {Pair} {Pair} kvm_exit kvm_pio kvm_entry"));
        Assert.All(exits, e => Assert.Equal("kvm_exit kvm_pio kvm_entry", e.Text));
        Assert.Equal((2, 4L), (exits.Count, pairing.GuestEvents));
        Assert.False(pairing.SawUserspace);
    }

    [Fact]
    public void A_thread_that_loses_its_cpu_before_kvm_exit_is_written_loses_no_exit()
    {
        var pairing = new ExitPairing(Backend.Svm);
        const string Switch = "kvm_arch_vcpu_put:begin kvm_arch_vcpu_put:end kvm_arch_vcpu_load:begin kvm_arch_vcpu_load:end";
        var exits = Run(pairing, Events($"kvm_exit kvm_pio kvm_entry {Switch} kvm_exit kvm_pio {Switch} kvm_entry"));
        Assert.Equal(["kvm_exit kvm_pio kvm_entry", $"kvm_exit kvm_pio {Switch} kvm_entry"], exits.Select(e => e.Text));
        Assert.Equal(4, pairing.GuestEvents);
    }

    [Fact]
    public void The_vmms_own_system_calls_are_counted_and_left_out()
    {
        // Between two KVM_RUNs: another ioctl, whose beginning the decoder could not tell from KVM_RUN, and calls that it could.
        var exit = Assert.Single(
            CopiedExit.Pair(
                Backend.Vmx,
                Events(
                    "kvm_exit kvm_pio kvm_fpu:unload kvm_userspace_exit sys_exit sys_enter sys_exit other other sys_exit sys_enter kvm_fpu:load kvm_entry"
                )
            )
        );
        Assert.Equal($"kvm_exit kvm_pio {Userspace} kvm_entry", exit.Text);
        Assert.Equal(5, exit.Others);
    }

    [Fact]
    public void Too_many_events_are_counted_and_left_out()
    {
        var pairing = new ExitPairing(Backend.Vmx);
        foreach (var e in Events("kvm_exit " + string.Join(' ', Enumerable.Repeat("kvm_emulate_insn", 300))))
            Assert.False(pairing.Add(in e));
        var entry = Events("kvm_entry")[0];
        Assert.True(pairing.Add(in entry));
        Assert.Equal((ExitClass.MaxStamps, 302 - ExitClass.MaxStamps), (pairing.Finished.Signature.Length, pairing.Finished.DroppedEvents));
        Assert.True(pairing.Finished.IsPaired);
    }

    [Theory]
    [InlineData(1u, KernelEvent.IsaSvm, ExitKind.PioIn)]
    [InlineData(0u, KernelEvent.IsaSvm, ExitKind.PioOut)]
    [InlineData(8u, KernelEvent.IsaVmx, ExitKind.PioIn)]
    [InlineData(1u, KernelEvent.IsaVmx, ExitKind.PioOut)]
    public void The_direction_of_a_port_access_is_known_without_kvm_pio(uint info, int isa, ExitKind kind)
    {
        var events = Events("kvm_exit kvm_entry");
        events[0] = events[0] with { Code = isa == KernelEvent.IsaVmx ? 30u : 0x7b, Detail = isa, Address = info | 0x3f8_0000 };
        var exit = Assert.Single(CopiedExit.Pair(ExitReasons.BackendOf(isa), events));
        Assert.Equal((kind, 0x3f8UL), (exit.Kind, exit.Subkey));
    }

    [Fact]
    public void A_signal_is_named_and_not_the_reason_before_it()
    {
        var events = Events("kvm_exit kvm_fpu:unload kvm_userspace_exit sys_exit");
        events[2] = events[2] with { Detail = -4 };
        Assert.Equal("KVM_EXIT_INTR", Assert.Single(CopiedExit.Pair(Backend.Svm, events)).KvmExit);
    }

    [Fact]
    public void Lost_events_start_the_stream_anew()
    {
        var pairing = new ExitPairing(Backend.Pvm);
        var exits = Run(pairing, Events($"{Pair} kvm_emulate_insn kvm_pio"));
        Assert.False(Assert.Single(exits).HasEntry);
        // After the loss it is unknown again whether the guest runs.
        exits = Run(pairing, Events($"{Pair} {Pair} kvm_emulate_insn kvm_pio {Pair}"));
        Assert.True(Assert.Single(exits) is { HasExit: true, HasEntry: true });
    }

    [Fact]
    public void An_unknown_back_end_cannot_be_paired() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExitPairing(Backend.Unknown));

    private static List<CopiedExit> Pvm(string stamps) => Pvm(stamps, out _);

    private static List<CopiedExit> Pvm(string stamps, out ExitPairing pairing) =>
        Run(pairing = new ExitPairing(Backend.Pvm), Events(stamps));

    private static List<CopiedExit> Run(ExitPairing pairing, KernelEvent[] events)
    {
        var exits = new List<CopiedExit>();
        foreach (var e in events)
        {
            if (pairing.Add(in e)) exits.Add(CopiedExit.Copy(pairing.Finished));
        }
        if (pairing.Complete()) exits.Add(CopiedExit.Copy(pairing.Finished));
        return exits;
    }

    /// <summary>Events 100 cycles apart: OUTs to port 0x3f8, writes to 0xd0000000, KVM_EXIT_IO.</summary>
    private static KernelEvent[] Events(string stamps) => [.. stamps.Split(' ').Select((name, i) =>
    {
        var stamp = Stamps[name];
        return new KernelEvent((ulong)i * 100, stamp, 1, InterruptsOff: false,
            stamp switch { Stamp.KvmPio => 1, Stamp.KvmMmio => KernelEvent.MmioWrite, Stamp.KvmUserspaceExit => KvmExitNames.Io, _ => 0 },
            0,
            stamp switch { Stamp.KvmPio => 0x3f8, Stamp.KvmMmio => 0xd0000000, _ => 0 });
    })];
}
