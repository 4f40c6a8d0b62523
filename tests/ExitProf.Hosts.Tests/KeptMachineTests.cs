using System.Diagnostics;
using System.Text.Json;
using ExitProf.Traces;

namespace ExitProf.Hosts.Tests;

/// <summary>Recordings in the product's emulated host: the same bytes each time, the whole table, nothing left behind.</summary>
public sealed class KeptMachineTests
{
    private static readonly string[] Stages =
        ["exit", "handler", "pio-search", "host-restore", "userspace", "guest-reload", "guest-entry", "guest-resume"];

    [Fact]
    public void Recordings_one_after_the_other_and_two_at_once_are_equal_to_the_bit_and_give_the_eight_stages_in_instructions()
    {
        using var folder = new TemporaryFolder();
        DateTime began = DateTime.UtcNow;
        string[] traces = [Record(folder["0.nettrace"]), "", ""];
        Parallel.For(1, traces.Length, i => traces[i] = Record(folder[$"{i}.nettrace"]));
        // One that parted from the others (Repeated says why) is outvoted.
        if (traces.Distinct().Count() > 1) traces = [.. traces, Record(folder["3.nettrace"])];
        Assert.True(traces.CountBy(t => t).Max(t => t.Value) >= 3, string.Join('\n', traces));

        ProcessResult report = ExitProfCommand.Run("report", folder["0.nettrace"], "--format", "json").Succeeds();
        using JsonDocument json = JsonDocument.Parse(report.Output);
        JsonElement trace = json.RootElement.GetProperty("traces")[0],
            configuration = trace.GetProperty("configurations")[0];
        Assert.Equal(
            ("svm", "instructions"),
            (trace.GetProperty("backend").GetString(), trace.GetProperty("clock").GetProperty("unit").GetString())
        );
        // When and where it was recorded is no part of what was; its own clock begins with each restored machine.
        Assert.Equal(traces[0], trace.GetProperty("identity").GetString());
        JsonElement outer = trace.GetProperty("outerMachine");
        Assert.InRange(outer.GetProperty("recordedUtc").GetDateTime(), began.AddSeconds(-1), DateTime.UtcNow);
        Assert.StartsWith("QEMU emulator version", outer.GetProperty("emulator").GetString());
        Assert.StartsWith("2026-01-01", trace.GetProperty("startUtc").GetString());
        Assert.Equal(Stages, configuration.GetProperty("stages").EnumerateArray().Select(s => s.GetProperty("stage").GetString()));
        Assert.All(configuration.GetProperty("stages").EnumerateArray(), s => Assert.Equal("present", s.GetProperty("state").GetString()));
        // A software CPU takes the same path each time: all untraced exits have one count, but for those that a timer interrupts.
        JsonElement untraced = configuration.GetProperty("untraced");
        Assert.InRange(untraced.GetProperty("p50").GetDouble(), 1_000, 10_000);
        string text = ExitProfCommand.Run("report", folder["0.nettrace"]).Succeeds().Output;
        Assert.Contains("Instructions of a software CPU: exact and repeatable, not time", text);
        Assert.DoesNotContain("cycles", text);
        Assert.DoesNotContain("µs", text);
    }

    [Fact]
    public void The_whole_main_command_works_and_says_what_its_figures_are()
    {
        using var folder = new TemporaryFolder();
        ProcessResult result = KeptMachine.Run("profile", "ioeventfd-pio", "--host", "svm", "-o", folder["out"]);
        Assert.Contains("instructions of a software CPU: exact and repeatable, not time", result.Error);
        Assert.StartsWith("One ioeventfd-pio exit costs ", result.Output);
        Assert.True(File.Exists(folder["out/index.html"]));
        Assert.True(new FileInfo(folder["out/ioeventfd-pio.nettrace"]).Length > 0);
    }

    [Fact]
    public void What_the_recorder_refuses_inside_is_refused_outside_by_the_same_sentence()
    {
        using var folder = new TemporaryFolder();
        // One CPU: a second vCPU has nowhere to run.
        ProcessResult result = KeptMachine.Try("record", "pio-out", "--host", "svm", "--cpu", "7", "-o", folder["t.nettrace"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("an emulated host has one CPU", result.Error);
        Assert.False(File.Exists(folder["t.nettrace"]));
    }

    [Fact]
    public void Neither_an_interruption_nor_kill_9_leaves_a_process_or_a_file()
    {
        using var folder = new TemporaryFolder();
        // The machine is kept: the emulators that are waited for record, and do not boot.
        KeptMachine.Run("host", "fetch");
        foreach ((string signal, string name) in (ReadOnlySpan<(string, string)>)[("INT", "a"), ("KILL", "b")])
        {
            using Process process = KeptMachine.Start(
                "record",
                "pio-out",
                "--host",
                "svm",
                "--exits",
                "1000000",
                "-o",
                folder[name + ".nettrace"]
            );
            int emulator = WaitForEmulator(process.Id);
            using (Process kill = Process.Start("kill", [$"-{signal}", process.Id.ToString()])) kill.WaitForExit();
            process.WaitForExit();
            if (signal == "INT") Assert.Equal(130, process.ExitCode);
            // The kernel ends the emulator when its parent is gone; it takes a moment to be seen.
            while (Directory.Exists($"/proc/{emulator}") && !IsZombie(emulator)) Thread.Sleep(10);
        }
        // Another test's recordings may be under way; what this one left is gone after any command that opens the cache.
        string list = KeptMachine.Run("host", "list").Output;
        string temporary = Path.Combine(list.TrimEnd().Split('\n')[^1], "new");
        foreach (string held in Directory.GetFiles(temporary, "*.lock"))
        {
            int owner = int.Parse(Path.GetFileName(held).Split('-')[0]);
            // One that has ended since the list was made has taken its own away.
            Assert.True(Directory.Exists($"/proc/{owner}") || !File.Exists(held), $"{held} is left");
        }
    }

    /// <returns>Its identity.</returns>
    private static string Record(string path)
    {
        KeptMachine.Run("record", "pio-out", "--host", "svm", "-o", path);
        return ContentIdentity.Of(path);
    }

    /// <summary>The QEMU among the children of a process; setpriv becomes it.</summary>
    private static int WaitForEmulator(int parent)
    {
        while (true)
        {
            foreach (string task in Directory.Exists($"/proc/{parent}") ? Directory.GetDirectories($"/proc/{parent}/task") : [])
            {
                foreach (string child in ReadOrNothing(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    if (ReadOrNothing($"/proc/{child}/cmdline").Contains("qemu-system-x86_64\0-", StringComparison.Ordinal))
                        return int.Parse(child);
                }
            }
            Assert.True(Directory.Exists($"/proc/{parent}") && !IsZombie(parent), "it ended before it started an emulator");
            Thread.Sleep(5);
        }
    }

    private static bool IsZombie(int process) => ReadOrNothing($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);

    private static string ReadOrNothing(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // The process has just ended.
            return "";
        }
    }
}
