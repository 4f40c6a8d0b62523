namespace ExitProf.Recording;

public enum CheckState
{
    Ok,

    /// <summary>It works, but something cannot be seen or told.</summary>
    Limited,
    Missing,
}

/// <summary>One thing that a host can or cannot do for a measurement.</summary>
/// <param name="Name">One or two words.</param>
/// <param name="Found">What was found, as one or two sentences.</param>
/// <param name="Remedy">What would help; empty if nothing is wrong or nothing helps.</param>
public sealed record HostCheck(string Name, CheckState State, string Found, string Remedy);

public static class CheckStateNames
{
    public static string Name(this CheckState state) => state switch
    {
        CheckState.Ok => "ok",
        CheckState.Limited => "limited",
        _ => "missing",
    };
}
