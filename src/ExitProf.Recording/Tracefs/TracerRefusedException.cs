using ExitProf.Linux;

namespace ExitProf.Recording;

/// <summary>The function_graph tracer cannot be had here: one sentence that says why and what helps.</summary>
public sealed class TracerRefusedException : UnfitHostException
{
    public TracerRefusedException(string why, string remedy, Exception? inner = null)
        : base($"Calls of functions (--functions) cannot be counted here: {why}: {remedy}.", inner)
    {
    }
}
