using System.Text;
using ExitProf.Traces;

namespace ExitProf.Tests.Borders;

/// <summary>What probes of kvm_io_bus_read, kvm_io_bus_write, kvm_arch_vcpu_put and kvm_arch_vcpu_load add to the stage tables.</summary>
public sealed class ProbeWalkTests
{
    private const string Write = "kvm_io_bus_write:begin kvm_io_bus_write:end";
    private const string Read = "kvm_io_bus_read:begin kvm_io_bus_read:end";
    private const string Userspace =
        "kvm_fpu:unload kvm_arch_vcpu_put:begin kvm_arch_vcpu_put:end kvm_userspace_exit sys_exit vmm:run-returned "
        + "vmm:run-called sys_enter kvm_arch_vcpu_load:begin kvm_arch_vcpu_load:end kvm_fpu:load";
    private const string Decode = "kvm_emulate_insn vcpu_match_mmio kvm_mmio";

    private static readonly (string Name, ExitKind Kind, Destination Destination, Backend Backend, string Signature)[] Exits =
    [
        ("out", ExitKind.PioOut, Destination.Userspace, Backend.Vmx, $"kvm_exit kvm_pio {Write} {Userspace} kvm_entry"),
        (
            "out, the bus alone probed",
            ExitKind.PioOut,
            Destination.Userspace,
            Backend.Svm,
            $"kvm_exit kvm_pio {Write} kvm_fpu:unload kvm_userspace_exit vmm:run-returned vmm:run-called kvm_fpu:load kvm_entry"
        ),
        ("out, the bus not probed", ExitKind.PioOut, Destination.Userspace, Backend.Svm, $"kvm_exit kvm_pio {Userspace} kvm_entry"),
        ("out without kvm_pio", ExitKind.PioOut, Destination.Userspace, Backend.Vmx, $"kvm_exit {Write} {Userspace} kvm_entry"),
        (
            "out that is emulated",
            ExitKind.PioOut,
            Destination.Userspace,
            Backend.Pvm,
            $"rcu_utilization:start rcu_utilization:end kvm_emulate_insn kvm_pio {Write} {Userspace}"
        ),
        ("in", ExitKind.PioIn, Destination.Userspace, Backend.Vmx, $"kvm_exit {Read} {Userspace} kvm_pio kvm_entry"),
        ("in that the kernel answers", ExitKind.PioIn, Destination.Kernel, Backend.Vmx, $"kvm_exit {Read} kvm_pio kvm_entry"),
        (
            "in that is emulated",
            ExitKind.PioIn,
            Destination.Userspace,
            Backend.Pvm,
            $"rcu_utilization:start rcu_utilization:end kvm_emulate_insn {Read} {Userspace} kvm_pio"
        ),
        ("ioeventfd", ExitKind.PioOut, Destination.Kernel, Backend.Vmx, $"kvm_exit kvm_pio {Write} kvm_entry"),
        (
            "mmio write, two buses",
            ExitKind.MmioWrite,
            Destination.Userspace,
            Backend.Vmx,
            $"kvm_exit {Write} {Decode} {Write} {Userspace} kvm_entry"
        ),
        (
            "mmio write, first touch",
            ExitKind.MmioWrite,
            Destination.Userspace,
            Backend.Vmx,
            $"kvm_exit kvm_page_fault kvm_emulate_insn kvm_mmio {Write} {Userspace} kvm_entry"
        ),
        ("ioeventfd mmio, two buses", ExitKind.MmioWrite, Destination.Kernel, Backend.Vmx, $"kvm_exit {Write} {Decode} {Write} kvm_entry"),
        (
            "ioeventfd mmio, one bus",
            ExitKind.MmioWrite,
            Destination.Kernel,
            Backend.Svm,
            $"kvm_exit kvm_page_fault {Decode} {Write} kvm_entry"
        ),
        ("fast mmio", ExitKind.MmioWrite, Destination.Kernel, Backend.Vmx, $"kvm_exit {Write} kvm_fast_mmio kvm_entry"),
        (
            "mmio read, two buses",
            ExitKind.MmioRead,
            Destination.Userspace,
            Backend.Vmx,
            $"kvm_exit {Write} kvm_emulate_insn vcpu_match_mmio {Read} kvm_mmio {Userspace} kvm_mmio kvm_entry"
        ),
        (
            "mmio read that the kernel answers",
            ExitKind.MmioRead,
            Destination.Kernel,
            Backend.Svm,
            $"kvm_exit kvm_page_fault kvm_emulate_insn vcpu_match_mmio {Read} kvm_mmio kvm_entry"
        ),
        ("xAPIC EOI", ExitKind.Apic, Destination.Kernel, Backend.Vmx, $"kvm_exit {Write} {Decode} kvm_apic kvm_eoi kvm_entry"),
        ("hlt", ExitKind.Hlt, Destination.Userspace, Backend.Vmx, $"kvm_exit {Userspace} kvm_entry"),
    ];

    [Fact]
    public void Stage_tables_with_probes()
    {
        var text = new StringBuilder();
        foreach (var exit in Exits)
        {
            var row = BorderTable.Row(exit.Kind, exit.Destination, exit.Backend, vmmStamps: true);
            text.Append(
                    WalkText.Of(
                        exit.Name,
                        row,
                        WalkText.Parse($"guest:before {exit.Signature} rcu_utilization:start rcu_utilization:end guest:after")
                    )
                )
                .Append('\n');
        }
        Golden.Equal("probe-walks.txt", text.ToString());
    }

    [Theory]
    [InlineData("", "handler pio-search")]
    [InlineData(Write + " ", "handler pio-search guest-entry")]
    public void An_emulated_exit_that_the_kernel_answers_ends_after_the_search_only_if_a_probe_ends_it(string probes, string stages)
    {
        var row = BorderTable.Row(ExitKind.PioOut, Destination.Kernel, Backend.Pvm, vmmStamps: true, emulated: true);
        var walk = Walk.Of(
            row,
            WalkText.Parse($"guest:before kvm_emulate_insn kvm_emulate_insn kvm_pio {probes}kvm_emulate_insn guest:after")
        )!;
        Assert.Equal(stages, string.Join(' ', walk.Stages.Where(s => s.State != StageState.Absent).Select(s => s.Name)));
        Assert.Equal(probes.Length > 0 ? Bound.Exact : Bound.Upper, walk.Stages.Single(s => s.Stages.Contains(Stage.PioSearch)).Bound);
    }

    [Fact]
    public void With_probes_the_search_is_a_stage_of_its_own_that_ends_where_the_bus_returns()
    {
        foreach (
            var exit in Exits.Where(e =>
                e.Signature.Contains(Write, StringComparison.Ordinal) || e.Signature.Contains(Read, StringComparison.Ordinal)
            )
        )
        {
            if (exit.Kind == ExitKind.Apic) continue;
            var row = BorderTable.Row(exit.Kind, exit.Destination, exit.Backend, vmmStamps: true);
            var walk = Walk.Of(row, WalkText.Parse($"guest:before {exit.Signature} guest:after"))!;
            var search = Assert.Single(walk.Stages, s => s.Stages.Contains(Stage.PioSearch));
            Assert.Equal(("pio-search", StageState.Present, Bound.Exact), (search.Name, search.State, search.Bound));
            Assert.Contains(search.Steps[^1].To, (Stamp[])[Stamp.BusWriteEnd, Stamp.BusReadEnd]);
        }
    }
}
