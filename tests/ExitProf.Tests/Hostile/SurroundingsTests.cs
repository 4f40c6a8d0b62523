namespace ExitProf.Tests.Hostile;

/// <summary>The command where something around it is missing or strange: it works, or says in one sentence what is missing.</summary>
public sealed class SurroundingsTests
{
    private static readonly string Trace = Path.Combine(SourceTree.Root, "traces", "runs", "a1.nettrace");

    private static readonly Lazy<string> Usual = new(() => ExitProfProcess.Run("report", Trace).Succeeds().Output);

    [Theory]
    [InlineData("env -u HOME -u TMPDIR")]
    [InlineData("env HOME=/nonexistent TMPDIR=/nonexistent")]
    [InlineData("env -i")]
    [InlineData("env LC_ALL=de_DE.UTF-8 LANG=tr_TR.UTF-8 TZ=Asia/Kathmandu")]
    [InlineData("env LC_ALL=C TZ=:nonsense")]
    public void A_report_is_the_same_without_a_home_in_another_locale_and_another_time_zone(string before) =>
        Assert.Equal(Usual.Value, ExitProfProcess.Shell($"{before} $exitprof report {Trace}").Succeeds().Output);

    [Fact]
    public void A_page_and_its_pictures_are_the_same_in_another_locale_and_time_zone()
    {
        using var folder = new TemporaryFolder();
        ExitProfProcess.Run("report", Trace, "-o", folder["usual"], "--svg").Succeeds();
        const string elsewhere = "env -u HOME LC_ALL=de_DE.UTF-8 TZ=Asia/Kathmandu";
        ExitProfProcess.Shell($"{elsewhere} $exitprof report {Trace} -o {folder["other"]} --svg").Succeeds();
        string[] files = [.. Directory.GetFiles(folder["usual"]).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];
        Assert.InRange(files.Length, 3, 20);
        Assert.All(files, f => Assert.Equal(File.ReadAllBytes(folder["usual/" + f]), File.ReadAllBytes(folder["other/" + f])));
    }

    [Fact]
    public void A_home_that_may_not_be_written_is_no_obstacle()
    {
        string[] enter = PrivateMounts.Enter();
        ProcessResult result = ExitProfProcess.Shell(
            $"mount -t tmpfs -o ro none \"$HOME\" && $exitprof report {Trace}", enter);
        Assert.Equal(Usual.Value, result.Succeeds().Output);
    }

    [Fact]
    public void A_reader_that_goes_away_ends_the_command_without_a_word()
    {
        // 200 kB are more than a pipe holds.
        ProcessResult result = ExitProfProcess.Shell($"{{ $exitprof report {Trace} --format html; echo \"rc $?\" >&2; }} | head -c 10");
        Assert.Equal(10, result.WithoutStackTrace().Output.Length);
        Assert.DoesNotContain("rc 70", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("bug", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("report TRACE >/dev/full", "ENOSPC")]
    [InlineData("report TRACE >&-", "EBADF")]
    public void An_output_that_takes_nothing_is_said_in_one_sentence(string command, string errno) =>
        ExitProfProcess.Shell("$exitprof " + command.Replace("TRACE", Trace, StringComparison.Ordinal)).Fails(2, errno);

    [Fact]
    public void Out_of_descriptors_the_remedy_is_their_limit_whatever_was_to_be_opened() =>
        Assert.EndsWith(": raise the limit of open files (ulimit -n).",
            ExitProf.Linux.SystemCallException.Sentence("open(/dev/kvm)", ExitProf.Linux.Errno.EMFILE, "run exitprof doctor"));
}
