using ExitProf.Traces;

namespace ExitProf.Tests.Import;

/// <summary>Excerpts of logs that people posted, each with the right answer.</summary>
public sealed class FieldTests
{
    [Fact]
    public void Exits_without_entries_have_no_durations_and_their_gaps_are_called_gaps()
    {
        var text = ImportedText.OfFile("field", "snp-npf-no-entry.txt");
        Assert.Equal(10, text.Exits.Count);
        Assert.All(text.Exits, e => Assert.Null(e.Duration));
        Assert.All(text.Exits, e => Assert.Equal(0x1729a1000ul, e.Subkey));
        Finding finding = Assert.Single(text.Findings, f => f.Id == "no-entries");
        Assert.Contains("From exit to exit: 2 2 2 2 3 1 3 2 2 µs.", finding.Text);
    }

    [Fact]
    public void An_svm_guest_that_loops_in_gp_ends_in_user_space()
    {
        var text = ImportedText.OfFile("field", "svm-gp-loop.txt");
        Assert.Equal("EXIT_MSR 3, EXIT_EXCP_GP 7, EXIT_EXCP_GP 3, EXIT_MSR 7, EXIT_EXCP_GP 2, EXIT_EXCP_GP -", text.Summary);
        ImportedExit last = text.Exits[^1];
        Assert.Equal("KVM_EXIT_SHUTDOWN", last.KvmExit);
        Assert.Equal(3ul, last.Stamps[^1] - last.Stamps[0]);
        Assert.Equal(0xceul, text.Exits[0].Subkey);
        Assert.Equal(Backend.Svm, text.Header.Backend);
    }

    [Fact]
    public void A_recording_that_begins_inside_an_exit_knows_its_user_space_only()
    {
        var text = ImportedText.OfFile("field", "jailhouse-nested-pio.txt");
        Assert.Equal("IO_INSTRUCTION 55, IO_INSTRUCTION -", text.Summary);
        ImportedExit whole = text.Exits[0];
        Assert.Equal((0x5658ul, ExitKind.PioIn, true), (whole.Subkey, whole.Class.Kind, whole.Userspace));
        // The world outside of user space takes 3 before it and 4 after it.
        int left = whole.Class.Signature.IndexOf(Stamp.KvmUserspaceExit), back = whole.Class.Signature.IndexOf(Stamp.KvmFpuLoad);
        Assert.Equal((3ul, 48ul, 4ul), (whole.Stamps[left] - whole.Stamps[0], whole.Stamps[back] - whole.Stamps[left],
            whole.Stamps[^1] - whole.Stamps[back]));
        Finding begun = Assert.Single(text.Findings, f => f.Id == "exit-begins-before");
        Assert.Equal(1, begun.Count);
        Assert.Contains("37 µs", begun.Text);
    }

    [Fact]
    public void Nothing_is_paired_across_time_that_runs_backwards()
    {
        var text = ImportedText.OfFile("field", "preemption-timer-fastpath.txt");
        Assert.Equal("VMCALL 1, PREEMPTION_TIMER -", text.Summary);
        Assert.Equal(1, text.Count("several-recordings"));
    }

    [Fact]
    public void Marks_of_another_thread_end_no_exit_and_wrapped_lines_are_joined()
    {
        var text = ImportedText.OfFile("field", "pckbd-qemu-marks.txt");
        Assert.Equal(
            "EXTERNAL_INTERRUPT 1, EXTERNAL_INTERRUPT 1, IO_INSTRUCTION 54, EXTERNAL_INTERRUPT 0, IO_INSTRUCTION 75, IO_INSTRUCTION 1, "
                + "IO_INSTRUCTION 0, "
            + "PENDING_INTERRUPT 1, IO_INSTRUCTION 2, IO_INSTRUCTION -", text.Summary);
        Assert.Equal(
            ["0x64 PioIn 54", "0x60 PioIn 75", "0xa0 PioOut 1", "0x20 PioOut 0", "0x64 PioIn 2", "0x60 PioIn "],
            text.Exits.Where(e => e.Reason == "IO_INSTRUCTION").Select(e => $"0x{e.Subkey:x} {e.Class.Kind} {e.Duration}"));
        Assert.True(text.Count("below-grain") == 2);
    }

    [Fact]
    public void A_halt_polls_inside_its_exit_and_a_preemption_is_counted()
    {
        var text = ImportedText.OfFile("field", "inconsistent-doc-trace-and-table.txt");
        Assert.Equal("EPT_VIOLATION 7, IO_INSTRUCTION 3, HLT 179, EXTERNAL_INTERRUPT 1", text.Summary);
        Assert.Equal(0xcf9ul, text.Exits[1].Subkey);
        Assert.Contains("176.841 µs", Assert.Single(text.Findings, f => f.Id == "halt-polling").Text);
        Assert.Contains("4,523 µs", Assert.Single(text.Findings, f => f.Id == "off-cpu").Text);
    }

    [Fact]
    public void Of_two_clocks_in_a_line_the_second_one_counts()
    {
        var text = ImportedText.OfFile("field", "perf-monitor-two-clocks.txt");
        Assert.Equal([3987ul, 12117ul], text.Exits.Select(e => e.Duration!.Value));
        Assert.Equal(4, text.Count("two-clocks"));
    }

    [Theory]
    [InlineData("arm64-trap-flags5.txt", "IABT_LOW 45, SYS64 0")]
    [InlineData("perf-script-no-comm.txt", "TRIPLE_FAULT -")]
    [InlineData("perf-script-comm-with-space.txt", "EPT_MISCONFIG 7")]
    [InlineData("perf-script-mail-soft-breaks.txt", "EPT_MISCONFIG -")]
    [InlineData("x86-svm-trace-cmd-plugin.txt", "EXIT_MSR 3, EXIT_NPF -")]
    [InlineData("x86-vmx-2010-lowercase.txt", "apic_access 4, io_instruction 5")]
    [InlineData("x86-vmx-510-raw-flags5-foreign-probe.txt", "EXCEPTION_NMI 94")]
    [InlineData("x86-vmx-info-pair-flags4.txt", "EXTERNAL_INTERRUPT 1, IO_INSTRUCTION 54")]
    [InlineData("x86-vmx-nested-old.txt", "IO_INSTRUCTION 55")]
    [InlineData("x86-nested-plugin-cannot-find-field.txt", "")]
    public void Every_dialect_gives_its_exits(string file, string summary)
    {
        Assert.Equal(Sorted(summary), Sorted(ImportedText.OfFile("field", "dialects", file).Summary));

        static IEnumerable<string> Sorted(string text) => text.Split(", ").Order(StringComparer.Ordinal);
    }

    [Fact]
    public void Lines_without_a_time_are_counted()
    {
        var text = ImportedText.OfFile("field", "dialects", "x86-svm-nested-two-spellings-mail-wrapped.txt");
        Assert.Empty(text.Exits);
        Assert.Equal(4, text.Count("no-time"));
    }
}
