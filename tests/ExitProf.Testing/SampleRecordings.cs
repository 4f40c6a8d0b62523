using System.Globalization;
using System.Text;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Testing;

/// <summary>Summaries of recordings, with what pages show over time.</summary>
public static class SampleRecordings
{
    /// <summary>One scenario, recorded on hardware under PVM.</summary>
    public static TraceSummary PioOut { get; } = Of("traces/pvm-zen5/pio-out.nettrace");

    /// <summary>The quads of an A/B.</summary>
    public static TraceSummary Ab { get; } = Of("traces/ab-device-delay.nettrace");

    /// <summary>One scenario on an emulated host, with its instructions by function and call.</summary>
    public static TraceSummary Functions { get; } = Of("tests/ExitProf.Tests/Fixtures/hosts/mmio-read-functions.nettrace");

    /// <summary>
    /// The text of a running guest's exits, as ftrace writes it: of several reasons, on two vCPUs, one of them slower at the end.
    /// </summary>
    public static TraceSummary Guest { get; } = Import(GuestText());

    public static TraceSummary Of(string trace)
    {
        string path = Path.Combine(SourceTree.Root, trace);
        return TraceFiles.WithTimeline(TraceFiles.Summarise(path), path);
    }

    public static string GuestText()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 900; i++)
        {
            int vcpu = i % 2;
            double at = 100 + i * 0.001, slow = i > 700 ? 40e-6 : 0;
            void Line(double seconds, string what) => text.Append(
                CultureInfo.InvariantCulture, $"       CPU {vcpu}/KVM-{4001 + vcpu}  [00{vcpu}] .... {seconds:0.000000}: {what}\n");
            switch (i % 9)
            {
                case 0 or 1 or 2:
                    Line(at, $"kvm_exit: reason IO_INSTRUCTION rip 0xff info {0x3f8 + i % 3:x}0000 0");
                    Line(at + 2e-6, "kvm_fpu: unload");
                    Line(at + 4e-6, "kvm_userspace_exit: reason KVM_EXIT_IO (2)");
                    Line(at + 31e-6 + slow, "kvm_fpu: load");
                    Line(at + 33e-6 + slow, $"kvm_entry: vcpu {vcpu}");
                    break;
                case 3:
                    Line(at, "kvm_exit: reason HLT rip 0x201 info 0 0");
                    Line(at + 400e-6, $"kvm_entry: vcpu {vcpu}");
                    break;
                case 4 or 5:
                    Line(at, $"kvm_exit: reason MSR_WRITE rip 0x100 info 0 0");
                    Line(at + 1e-6, $"kvm_msr: msr_write {(i % 2 == 0 ? "6e0" : "830")} = 0x1");
                    Line(at + 3e-6, $"kvm_entry: vcpu {vcpu}");
                    break;
                default:
                    Line(at, "kvm_exit: reason EXTERNAL_INTERRUPT rip 0x100 info 0 800000f6");
                    Line(at + (5 + i % 7) * 1e-6, $"kvm_entry: vcpu {vcpu}");
                    break;
            }
        }
        return text.ToString();
    }

    private static TraceSummary Import(string text)
    {
        using var folder = new TemporaryFolder();
        string path = folder["guest.nettrace"];
        using (FileStream file = File.Create(path))
        using (var writer = new TraceWriter(file))
            TraceImport.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "guest.txt", writer);
        return TraceFiles.WithTimeline(TraceFiles.Summarise(path), path);
    }
}
