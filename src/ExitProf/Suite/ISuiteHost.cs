using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>Where the rows of a suite are recorded, and how much of each.</summary>
internal interface ISuiteHost : IDisposable
{
    SweepOptions Options(IScenario scenario, SuiteRun run);

    /// <returns>Why this host cannot record the row, in a sentence for its reader; empty if it did.</returns>
    string Record(SweepOptions options, FileInfo file, CancellationToken cancelled);
}
