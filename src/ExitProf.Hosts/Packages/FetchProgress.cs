namespace ExitProf.Hosts;

/// <summary>How much of what is being fetched has arrived.</summary>
/// <param name="Bytes">That have arrived.</param>
/// <param name="Total">Bytes in all; NaN if that is not known before they are here.</param>
/// <param name="Ended">Whether this is the last that is said: it is all here, or fetching has failed.</param>
public sealed record FetchProgress(double Bytes, double Total, bool Ended);
