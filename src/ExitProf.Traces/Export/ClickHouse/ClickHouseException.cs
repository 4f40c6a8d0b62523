namespace ExitProf.Traces;

/// <summary>A ClickHouse server does not take what it was sent, or cannot be reached.</summary>
public sealed class ClickHouseException(string message, Exception? inner = null) : RefusedException(message, inner)
{
    /// <summary>The server's number of the error; 0 where it named none.</summary>
    public int Code { get; init; }

    /// <summary>True if what was asked for is wrong by itself.</summary>
    public bool IsWrongUsage { get; init; }

    public override bool IsUsage => IsWrongUsage;
}
