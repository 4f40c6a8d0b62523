namespace ExitProf.Tests.Command;

/// <summary>What <c>exitprof ab</c> refuses before it records anything. Needs no /dev/kvm.</summary>
public sealed class AbCommandTests
{
    [Theory]
    [InlineData("", "Give a scenario with --a and --b, or --a-run and --b-run")]
    [InlineData("pio-uot --a device-delay=0", "did you mean pio-out?")]
    [InlineData("pio-out", "Give --a and --b, the settings in which the sides of pio-out differ, or --aa, or --a-kernel and --b-kernel.")]
    [InlineData("pio-out --a device-dealy=0 --b device-delay=1", "did you mean device-delay?")]
    [InlineData("pio-out --a device-delay=soon --b device-delay=1", "'soon' is not a value of device-delay")]
    [InlineData("pio-out --a device-delay=0,5 --b device-delay=1", "one value per setting")]
    [InlineData("pio-out --a device-delay=7 --b device-delay=7", "Both sides are the same (device-delay=7)")]
    [InlineData("pio-out --a device-delay=0 --b size=1", "Both sides are the same")]
    [InlineData("pio-out --aa --a device-delay=1", "--aa compares a configuration with itself")]
    [InlineData("pio-out --b device-delay=1 --seconds 1 --quads 10", "Give --seconds or --quads, not both.")]
    [InlineData("pio-out --b device-delay=1 --windows 10", "--windows is for --aa.")]
    [InlineData("pio-out --b device-delay=1 --quads 0", "--quads takes a whole number")]
    [InlineData("pio-out --b device-delay=1 --higher-is-better", "--higher-is-better is for --a-run and --b-run: leave it out here.")]
    [InlineData("pio-out --b device-delay=1 --unit s", "--unit is for --a-run and --b-run: leave it out here.")]
    [InlineData("pio-out --b device-delay=1 --runs 9", "--runs is for --a-run and --b-run: leave it out here.")]
    [InlineData("pio-out --aa --timeout 9", "--timeout is for --a-run and --b-run: leave it out here.")]
    [InlineData("--a-run true --b-run true --aa", "--aa is for a scenario: leave it out here.")]
    [InlineData("--a-run true --b-run true -o a.nettrace", "--output is for a scenario: leave it out here.")]
    [InlineData("--a-run true --b-run true --seconds 2", "--seconds is for a scenario: leave it out here.")]
    [InlineData("--a-run true --b-run true --quads 9", "--quads is for a scenario: leave it out here.")]
    [InlineData("--a-run true --b-run true --cpu 0", "--cpu is for a scenario: leave it out here.")]
    [InlineData("--a-run true --b-run true --events lean", "--events is for a scenario: leave it out here.")]
    [InlineData("--a-run true --b-run true --set size=2", "--set is for a scenario: leave it out here.")]
    [InlineData("--a-run true --b-run true --a size=2", "--a is for a scenario: leave it out here.")]
    [InlineData("--a-run true --b-run true --b size=2", "--b is for a scenario: leave it out here.")]
    public void Bad_arguments_are_one_sentence(string arguments, string expected) =>
        ExitProfCommand.Run(["ab", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).Fails(1, expected);
}
