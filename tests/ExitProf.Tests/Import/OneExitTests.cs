namespace ExitProf.Tests.Import;

public sealed class OneExitTests
{
    [Fact]
    public void Sentences_about_one_exit_are_about_one()
    {
        ImportedText one = ImportedText.Of(Exit(1));
        Assert.Equal("1 exit has not ended where the recording ends; it has no duration.",
            Assert.Single(one.Findings, f => f.Id == "exit-ends-after").Text);
        ImportedText two = ImportedText.Of(Exit(1) + Exit(2));
        Assert.Equal("2 exits have not ended where the recording ends; they have no duration.",
            Assert.Single(two.Findings, f => f.Id == "exit-ends-after").Text);
    }

    // A whole exit of each thread, and one that has no end.
    private static string Exit(int thread) => $"""
         CPU 0/KVM-{thread}0 [000] d... {thread}.000100: kvm_exit: reason IO_INSTRUCTION rip 0x1000 info 4d0000 0
         CPU 0/KVM-{thread}0 [000] d... {thread}.000200: kvm_entry: vcpu 0
         CPU 0/KVM-{thread}0 [000] d... {thread}.000300: kvm_exit: reason IO_INSTRUCTION rip 0x1000 info 4d0000 0

        """;
}
