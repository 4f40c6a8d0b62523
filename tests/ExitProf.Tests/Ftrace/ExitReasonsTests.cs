using System.Globalization;
using System.Text.RegularExpressions;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Tests.Ftrace;

public sealed partial class ExitReasonsTests
{
    [Fact]
    public void Names_are_those_that_the_kernel_prints()
    {
        string print = Format("kvm_exit").PrintFormat;
        int svm = print.IndexOf("\"read_cr0\"", StringComparison.Ordinal);
        int count = 0;
        foreach (Match match in Symbols().Matches(print))
        {
            if (match.Groups[2].Value == "FAILED_VMENTRY") continue;
            int isa = match.Index + match.Length > svm ? KernelEvent.IsaSvm : KernelEvent.IsaVmx;
            Assert.Equal(match.Groups[2].Value, ExitReasons.Name(Number(match.Groups[1].Value), isa));
            count++;
        }
        Assert.True(count > 150, $"{count} names in the kernel's text.");
    }

    [Fact]
    public void Exit_names_of_user_space_are_those_that_the_kernel_prints()
    {
        var matches = KvmExits().Matches(Format("kvm_userspace_exit").PrintFormat);
        Assert.Equal(31, matches.Count);
        foreach (Match match in matches)
            Assert.Equal("KVM_EXIT_" + match.Groups[2].Value, KvmExitNames.Name(Number(match.Groups[1].Value)));
    }

    [Fact]
    public void The_VMM_and_the_traces_call_each_exit_by_the_same_name()
    {
        // Numbers that neither knows are among them.
        for (uint number = 0; number < 64; number++)
        {
            ExitReason reason = (ExitReason)number;
            if (Enum.IsDefined(reason) || number > 40) Assert.Equal(KvmExitNames.Name(number), reason.Name());
        }
    }

    [Fact]
    public void Unknown_numbers_are_kept()
    {
        Assert.Equal("0x3e7", ExitReasons.Name(999, KernelEvent.IsaVmx));
        Assert.Equal("0x3e7", ExitReasons.Name(999, KernelEvent.IsaSvm));
        Assert.Equal("0x7", ExitReasons.Name(7, isa: 3));
        Assert.Equal("KVM_EXIT_999", KvmExitNames.Name(999));
    }

    [Fact]
    public void A_failed_entry_is_said_beside_its_reason() =>
        Assert.Equal("INVALID_STATE FAILED_VMENTRY", ExitReasons.Name(0x8000_0021, KernelEvent.IsaVmx));

    private static EventFormat Format(string name) =>
        EventFormat.Parse(
            File.ReadAllText(Path.Combine(HostSample.FixturesFolder, "svm-6.1-cloud-qemu", "formats", $"kvm__{name}.format"))
        );

    /// <summary>"0x040 + 14", "-1", "31".</summary>
    private static uint Number(string text) => (uint)text.Split('+').Sum(part => part.Trim() is ['0', 'x', .. var hex]
        ? (long)uint.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
        : long.Parse(part.Trim(), CultureInfo.InvariantCulture));

    [GeneratedRegex("""\{ ([^,{}]+), "([^"]+)" \}""")]
    private static partial Regex Symbols();

    [GeneratedRegex("""\{ (\d+), "KVM_EXIT_" "(\w+)" \}""")]
    private static partial Regex KvmExits();
}
