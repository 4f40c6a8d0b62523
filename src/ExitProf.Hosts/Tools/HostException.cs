using ExitProf.Linux;

namespace ExitProf.Hosts;

/// <summary>
/// An emulated host cannot be had or did not do what was asked. The message is one sentence for the user, with the remedy.
/// </summary>
public sealed class HostException(string message, Exception? inner = null) : UnfitHostException(message, inner);
