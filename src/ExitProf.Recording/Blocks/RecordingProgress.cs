namespace ExitProf.Recording;

/// <summary>How far a recording is.</summary>
/// <param name="Share">0 to 1.</param>
/// <param name="Doing">A few words.</param>
public readonly record struct RecordingProgress(double Share, string Doing, long Exits);
