using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>Where the rows of a suite are recorded, and how much of each.</summary>
internal interface ISuiteHost : IDisposable
{
    SweepOptions Options(IScenario scenario, SuiteRun run);

    /// <summary>Records rows, one after the other.</summary>
    /// <param name="done">
    /// Takes of each row, as soon as it has ended, why this host cannot record it, in a sentence for its reader; empty if it did.
    /// </param>
    /// <exception cref="OperationCanceledException">The row under way was interrupted.</exception>
    void Record(IReadOnlyList<PlannedRecording> rows, Action<string> done, CancellationToken cancelled);
}
