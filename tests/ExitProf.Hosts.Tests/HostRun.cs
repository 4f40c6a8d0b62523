using System.Globalization;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Hosts.Tests;

/// <summary>What came back from a host.</summary>
/// <param name="Host">"svm", "svm-6.12" or "vmx".</param>
/// <param name="Folder">One folder per command of the list, and console.log.</param>
/// <param name="ExitCode">Of host.sh: 0 if the list ran to its end.</param>
/// <param name="Error">Why it did not.</param>
public sealed record HostRun(string Host, string Folder, int ExitCode, string Error)
{
    public HostCommand this[string name] => new(Path.Combine(Folder, name));
}

/// <summary>One command of the list, after it ran.</summary>
/// <param name="Folder">It was the current directory; whatever the command wrote there is there.</param>
public sealed record HostCommand(string Folder)
{
    public int ExitCode => int.Parse(Read("exit-code"), CultureInfo.InvariantCulture);

    public string Output => Read("stdout.txt");

    public string Error => Read("stderr.txt");

    /// <summary>Tracefs instances and dynamic events of exitprof that were there after its end.</summary>
    public string LeftBehind => Read("left-behind.txt");

    public string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));

    public string TraceFile => Assert.Single(Directory.GetFiles(Folder, "*.nettrace"));

    /// <summary>The classes of exits in the command's one trace.</summary>
    public RecordedTrace Trace()
    {
        var trace = new RecordedTrace();
        Assert.Empty(TraceReader.Read(TraceFile, trace).Findings);
        return trace;
    }

    /// <summary>The command's one trace, read back and added up.</summary>
    public TraceSummary Summarise()
    {
        string file = TraceFile;
        var analysis = new TraceAnalysis();
        TraceReading reading = TraceReader.Read(file, analysis);
        Assert.Empty(reading.Findings);
        return analysis.Summarise(Path.GetFileName(file), reading.Bytes, []);
    }
}
