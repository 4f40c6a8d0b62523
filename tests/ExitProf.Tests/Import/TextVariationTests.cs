using System.Globalization;

namespace ExitProf.Tests.Import;

/// <summary>The same exits in the heads of many tools, with names that look like something else, and as people quote them.</summary>
public sealed class TextVariationTests
{
    private const string X86 = "reason EPT_VIOLATION rip 0x40359f info 582 0";
    private const string Arm64 = "TRAP: HSR_EC: 0x0024 (DABT_LOW), PC: 0xffff800010081000";

    /// <summary>The thread's name, its number, the CPU, the time, the event.</summary>
    public static TheoryData<string> Heads() =>
    [
        "{0,16}-{1,-5} [{2:D3}] d..1 {3}: {4}",
        "{0,16}-{1,-7} [{2:D3}] d..1. {3}: {4}",
        // PREEMPT_RT: lazy rescheduling, lazy preemption depth, migration switched off.
        "{0,16}-{1,-7} [{2:D3}] dNLh2113 {3}: {4}",
        "{0,16}-{1,-7} [{2:D3}] d...1.1 {3}: {4}",
        "{0,16}-{1,-5} [{2:D3}] {3}: {4}",
        "{0,16}-{1,-7} ( 24790) [{2:D3}] d..1. {3}: {4}",
        "{0,16}-{1,-7} (-------) [{2:D3}] d..1. {3}: {4}",
        "{0,16}-{1,-7} [{2:D3}] {3}: (+13) {4}",
        "{0,15} {1,5} [{2:D3}] {3}:          kvm:{4}",
        "{0,15} 24790/{1,-5} [{2:D3}] {3}:        1  kvm:{4}",
        "{0,15} {1,5} {3}: kvm:{4}",
        "2022-04-22 17:39:26.535148 {0,15} {1,5} d... [{2:D3}] {3}: kvm:{4}",
        "[   12.345678] {0}-{1} [{2:D3}] d..1. {3}: {4}",
        "vm0: {0}-{1} [{2:D3}] d..1. {3}: {4}",
    ];

    [Theory]
    [MemberData(nameof(Heads))]
    public void Every_head_gives_the_same_exits_whatever_the_thread_is_called(string head)
    {
        string[] names = ["CPU 0/KVM", "<...>", "a:b", "x-1", "[kworker]", "(qemu)", "1234", "qemu [0]", "vcpu 1: run", "weiß", "-", "q=1",
            "kvm_exit: x", "a 12.5: b:"];
        foreach (string name in names) Check(Lines(head, name, X86, nanoseconds: false), nanoseconds: false, "EPT_VIOLATION", name);
        Check(Lines(head, "qemu", X86, nanoseconds: true), nanoseconds: true, "EPT_VIOLATION", head);
    }

    [Theory]
    [InlineData(X86, "EPT_VIOLATION")]
    [InlineData(Arm64, "DABT_LOW")]
    public void Quoted_wrapped_and_commented_on_they_are_the_same_exits(string body, string reason)
    {
        string[] lines = Lines("{0,16}-{1,-7} [{2:D3}] d..1. {3}: {4}", "qemu", body, nanoseconds: false);
        Check([.. lines.Select(l => "> " + l)], false, reason, "quoted");
        Check([.. lines.Select(l => ">> " + l.Trim() + "   \r")], false, reason, "quoted twice");
        for (int width = 60; width < 100; width++)
            Check([.. lines.SelectMany(l => Wrapped(l.Trim(), width))], false, reason, $"width {width}");
        string[] prose = ["since 1.0: broken", "see 12.5: this", "exit: 3.5: y", "It took 12.5:", "Fixes 4.19: KVM: x86",
            "total: 12345: 17", "---", ""];
        Check([.. lines.SelectMany((l, i) => new[] { l, prose[i % prose.Length] })], false, reason, "prose between");
    }

    /// <summary>Two vCPUs by turns, which move; exits take 1, 2, 3 … µs.</summary>
    private static string[] Lines(string head, string name, string body, bool nanoseconds)
    {
        var lines = new List<string>();
        for (int i = 0; i < 12; i++)
        {
            int thread = 24797 + i % 2;
            long at = 83_184_290_314 + i * 100;
            string entry = body == Arm64 ? "kvm_entry: PC: 0xffff800010081000" : "kvm_entry: vcpu 0, rip 0x40359f";
            lines.Add(Line(thread, 3, at, "kvm_exit: " + body));
            lines.Add(Line(thread, i % 3 == 0 ? 117 : 3, at + i + 1, entry));
        }
        return [.. lines];

        string Line(int thread, int cpu, long microseconds, string text)
        {
            string time = (microseconds / 1e6m).ToString("F6", CultureInfo.InvariantCulture) + (nanoseconds ? "000" : "");
            return string.Format(CultureInfo.InvariantCulture, head, name, thread, cpu, time, text);
        }
    }

    private static void Check(string[] lines, bool nanoseconds, string reason, string what)
    {
        ImportedText text = ImportedText.Of(string.Join('\n', lines) + "\n");
        string[] expected = [.. Enumerable.Range(0, 12).Select(i => $"{24797 + i % 2} {reason} {(i + 1) * (nanoseconds ? 1000 : 1)}")];
        Assert.True(expected.SequenceEqual(text.Exits.Select(e => $"{e.Tid} {e.Reason} {e.Duration}")), $"{what}: {text.Summary}");
    }

    private static IEnumerable<string> Wrapped(string line, int width)
    {
        while (line.Length > width && line.LastIndexOf(' ', width) is > 0 and var space)
        {
            yield return line[..space].TrimEnd();
            line = line[(space + 1)..].TrimStart();
        }
        yield return line;
    }
}
