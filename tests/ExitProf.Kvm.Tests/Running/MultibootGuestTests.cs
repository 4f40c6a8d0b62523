using System.Text;
using ExitProf.Recording;
using ExitProf.Traces;
using ExitProf.Vmm;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Kvm.Tests.Running;

/// <summary>Guests of somebody else's, which may do anything: each ends, and says how.</summary>
public sealed class MultibootGuestTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20), Short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void A_guest_reads_its_command_line_prints_and_ends_with_its_status()
    {
        BootedRun run = Play(TinyGuest.Measuring(33), Long);
        Assert.Equal(("The guest ended with status 33.", 33u), (run.End.Sentence, run.End.Status));
        string[] lines = Encoding.ASCII.GetString(run.Output.AsSpan()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["tiny one two", "nothing", "cpuid", "inl"], [lines[0], .. lines[1..].Select(l => l.Split(' ')[0])]);
        Assert.True(run.Exits > 2 * TinyGuest.Loop * TinyGuest.Loops);
    }

    [Fact]
    public void Every_exit_is_recorded_of_which_some_are_whole()
    {
        Need();
        HostNeeds.Tracefs();
        const int Whole = 100, Each = TinyGuest.Loop * TinyGuest.Loops;
        var trace = new RecordedTrace();
        BootOptions options = Options(TinyGuest.Measuring(0), Long) with { Exits = Whole };
        BootedRun run = BootRecording.Record(options, trace, new Progress<RecordingProgress>(), CancellationToken.None);
        Assert.Equal(GuestEndKind.ExitPort, run.End.Kind);
        Assert.Equal(run.Exits, trace.Exits.Count);
        Assert.Contains(trace.Findings, f => f.Is(FindingKind.KvmCountersAgree));
        Assert.Equal(Each, Count(trace, c => c.Kind == ExitKind.Cpuid));
        Assert.Equal(Each, Count(trace, c => c is { Kind: ExitKind.PioIn, Subkey: TinyGuest.Port }));
        Assert.Equal(Whole, Count(trace, c => c.Kind == ExitKind.Cpuid && c.Signature.Length > 2));
        // A guest that touches a page for the first time makes exits without events between their ends.
        long ends = trace.Findings.Single(f => f.Is(FindingKind.EndsOnly)).Count;
        Assert.InRange(trace.Exits.Count(e => e.Stamps.Length == 2), ends, ends + 20);
    }

    [Fact]
    public void The_command_writes_the_exits_by_a_thread_of_its_own_and_loses_none()
    {
        Need();
        HostNeeds.Tracefs();
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["tiny.flat"], TinyGuest.Measuring(0));
        ExitProfCommand.Run("run", folder["tiny.flat"], "--host", "local", "--exits", "100", "-o", folder["t.nettrace"]).Succeeds();
        var trace = new RecordedTrace();
        TraceReader.Read(folder["t.nettrace"], trace);
        Assert.Equal(trace.Totals!.Exits, trace.Exits.Count);
        Assert.Contains(trace.Findings, f => f.Is(FindingKind.KvmCountersAgree));
        Assert.DoesNotContain(trace.Findings, f => f.Severity >= Severity.DataLoss);
        // A disk that is full is said, and neither waited for nor taken for the guest's end.
        ProcessResult full = ExitProfCommand.Run("run", folder["tiny.flat"], "--host", "local", "-o", "/dev/full");
        Assert.Equal(2, full.ExitCode);
        Assert.Contains("write(/dev/full) failed with ENOSPC", full.Error);
    }

    public static TheoryData<string, string> Ends => new()
    {
        { "triple fault", "The guest ended with a triple fault (KVM_EXIT_SHUTDOWN)." },
        { "loop", "The guest ran for 0.05 s of CPU time without ending and was stopped at RIP 0x1000" },
        { "exits for ever", "The guest ran for 0.05 s of CPU time without ending and was stopped at RIP 0x1000" },
        { "halt", "The guest halted at RIP 0x1000" },
        { "power off", "The guest switched itself off." },
        { "panic", "The guest says that its kernel has panicked." },
        { "nowhere", "The guest did what KVM does not run: KVM_EXIT_INTERNAL_ERROR" },
        { "beyond its memory", "The guest ended with status 255." },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void A_guest_ends_in_one_sentence(string what, string sentence) =>
        Assert.StartsWith(sentence, Play(TinyGuest.Image(a => Do(a, what)), Short).End.Sentence);

    private static void Do(Assembler a, string what)
    {
        Label top = a.CreateLabel();
        switch (what)
        {
            case "triple fault": a.ud2(); break;
            case "loop":
                a.Label(ref top);
                a.jmp(top);
                break;
            case "exits for ever":
                a.Label(ref top);
                a.cpuid();
                a.jmp(top);
                break;
            case "halt": a.hlt(); break;
            case "power off":
                a.mov(edx, (uint)PowerOffPort.Address);
                foreach (byte letter in "Shutdown"u8.ToArray())
                {
                    a.mov(al, letter);
                    a.@out(dx, al);
                }
                a.hlt();
                break;
            case "panic":
                a.mov(edx, (uint)PanicPort.Address);
                a.mov(al, 1);
                a.@out(dx, al);
                a.hlt();
                break;
            case "nowhere":
                a.mov(eax, 0xd0000000);
                a.jmp(eax);
                break;
            case "beyond its memory":
                // What is not there takes what is written and reads as ones.
                a.mov(__dword_ptr[(uint)MultibootGuest.MemoryBytes], 0);
                a.movzx(eax, __byte_ptr[(uint)MultibootGuest.MemoryBytes]);
                a.@out((byte)ExitPort.Address, eax);
                break;
            default: throw new ArgumentOutOfRangeException(nameof(what), what, "no such guest");
        }
    }

    private static BootedRun Play(byte[] image, TimeSpan limit)
    {
        Need();
        return BootRecording.Play(Options(image, limit), new Progress<RecordingProgress>(), CancellationToken.None);
    }

    private static BootOptions Options(byte[] image, TimeSpan limit) => new(image, "tiny", "one two") { Limit = limit };

    private static int Count(RecordedTrace trace, Func<ExitClass, bool> wanted) => trace.Exits.Count(e => wanted(trace.Classes[e.Class]));

    private static void Need()
    {
        HostNeeds.Kvm();
        Assert.SkipWhen(BootRecording.Trouble != null, $"{BootRecording.Trouble}: an emulated host runs these tests.");
    }
}
