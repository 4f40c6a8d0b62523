using ExitProf.Recording;

namespace ExitProf;

/// <summary>One of several recordings that are made one after the other.</summary>
/// <param name="File">Takes the trace.</param>
internal sealed record PlannedRecording(SweepOptions Options, FileInfo File);
