using ExitProf.Analysis;

namespace ExitProf;

/// <summary>What the command line says of files of numbers.</summary>
/// <param name="Unit">Of numbers that do not say it; empty if it was not given.</param>
/// <param name="Better">Null if it was not given.</param>
/// <param name="Exact">Values without spread.</param>
/// <param name="Pool">Every number of a file is a run.</param>
internal sealed record NumberRules(string Unit, Better? Better, bool Exact, bool Pool);
