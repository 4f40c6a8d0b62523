using ExitProf.Hosts;

namespace ExitProf.Tests.Hosts;

/// <summary>What makes a kept machine another one: what the program is, not where it lies or when it was built.</summary>
public sealed class PayloadTests
{
    [Fact]
    public void A_build_that_came_out_the_same_elsewhere_is_the_same_and_a_changed_one_is_not()
    {
        using var folder = new TemporaryFolder();
        string[] first = Identity("first", "code"), second = Identity("second", "code"), other = Identity("other", "Code");
        Assert.Equal(first, second);
        Assert.Single(other.Except(first));
        Assert.True(first.Length > 50, "the runtime is in it");

        string[] Identity(string name, string contents)
        {
            Directory.CreateDirectory(folder[name]);
            File.WriteAllText(folder[$"{name}/program.dll"], contents);
            File.SetLastWriteTimeUtc(folder[$"{name}/program.dll"], DateTime.UnixEpoch.AddDays(name.Length));
            var program = new GuestProgram(folder[name], "program.dll", [], []);
            return [.. Payload.Of(program, CancellationToken.None).Identity()];
        }
    }
}
