using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Which way a metric gets better is not known, or was said wrongly.</summary>
public sealed class DirectionException(string message) : RefusedException(message)
{
    public override bool IsUsage => true;
}
