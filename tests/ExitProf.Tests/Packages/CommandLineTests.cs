using System.CommandLine;

namespace ExitProf.Tests.Packages;

/// <summary>What System.CommandLine does that a command must know; a test that fails after an update says that a trap is gone.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public void A_validator_that_reads_an_option_with_an_error_still_throws_out_of_Parse()
    {
        var count = new Option<int>("--count");
        var command = new RootCommand { count };
        command.Validators.Add(result => result.GetValue(count));
        Assert.Throws<InvalidOperationException>(() => command.Parse(["--count", "many"]));
    }

    [Fact]
    public void A_wrong_value_ends_with_1_and_the_result_of_the_action_is_the_exit_code()
    {
        var count = new Option<int>("--count");
        var command = new RootCommand { count };
        command.SetAction(_ => 7);
        Assert.Equal(7, Invoke("--count", "2"));
        Assert.Equal(1, Invoke("--count", "many"));

        int Invoke(params string[] arguments) =>
            command.Parse(arguments).Invoke(new InvocationConfiguration { Output = TextWriter.Null, Error = TextWriter.Null });
    }

    [Fact]
    public void What_an_action_throws_comes_out_without_the_default_handler()
    {
        var command = new RootCommand();
        command.SetAction((Func<ParseResult, int>)(_ => throw new FormatException("told by the command")));
        Assert.Throws<FormatException>(() =>
            command.Parse([]).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false })
        );
    }
}
