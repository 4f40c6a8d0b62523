using System.Diagnostics;

namespace ExitProf.Tests.ClickHouse;

/// <summary>The commands of the page on ClickHouse, as they stand there.</summary>
[Collection(ClickHouseServers.Collection)]
public sealed class ClickHouseDocsTests(ClickHouseServers servers)
{
    private static string Page { get; } = File.ReadAllText(Path.Combine(SourceTree.Root, "reports/docs/clickhouse.md"));

    [Fact]
    public void Every_command_of_the_page_runs()
    {
        string database = servers.NewDatabase();
        Assert.SkipUnless((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, "curl"))),
            "curl is not installed");
        string[] commands =
        [
            .. Page.Split('\n').Where(l => l.StartsWith("exitprof ", StringComparison.Ordinal) || l.StartsWith("curl ", StringComparison.Ordinal)),
        ];
        Assert.Equal(3, commands.Length);
        foreach (string command in commands)
        {
            // The servers are started by the same script, on other ports.
            string here = command.Replace("exitprof export", "$exitprof export", StringComparison.Ordinal)
                .Replace(":8123", $":{servers.Port}", StringComparison.Ordinal)
                .Replace(":8124", $":{servers.Port + 1}", StringComparison.Ordinal)
                .Replace("/exitprof ", $"/{database} ", StringComparison.Ordinal)
                .Replace("database=exitprof", $"database={database}", StringComparison.Ordinal)
                .Replace("/fleet", $"/{database}_fleet", StringComparison.Ordinal);
            string output = ExitProfProcess.Shell($"export no_proxy='*'\ncd '{SourceTree.Root}'\n{here}").Succeeds().Output;
            Assert.Contains(command.StartsWith("curl", StringComparison.Ordinal) ? "guest-entry" : "exits and", output);
        }
        Assert.Contains("\nreports/clickhouse.sh\n", Page);
    }

    [Fact]
    public void Every_query_that_is_kept_is_on_the_page()
    {
        string folder = Path.Combine(SourceTree.Root, "src/ExitProf.Traces/Export/ClickHouse/Queries");
        string[] files = [.. Directory.GetFiles(folder).Select(f => Path.GetFileName(f)!)];
        Assert.True(files.Length >= 6);
        Assert.All(files, f => Assert.Contains($"| `{f}` |", Page));
    }

    [Fact]
    public void The_script_says_what_is_missing()
    {
        using var folder = new TemporaryFolder();
        // A path without the server, but with what the script itself calls.
        foreach (string tool in (string[])["mkdir", "dirname", "tail", "sleep", "cat"])
            File.CreateSymbolicLink(folder[tool], $"/usr/bin/{tool}");
        string script = File.ReadAllText(Path.Combine(SourceTree.Root, "reports/clickhouse.sh")).Replace(":/usr/sbin", "", StringComparison.Ordinal);
        using var process = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", script])
        {
            Environment = { ["PATH"] = folder.Path },
            RedirectStandardError = true,
        })!;
        Assert.Equal("no ClickHouse server is installed: apt install clickhouse-server\n", process.StandardError.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(2, process.ExitCode);
    }
}
