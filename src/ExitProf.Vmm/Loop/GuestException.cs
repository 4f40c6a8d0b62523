using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>The guest did something else than its program should: it hung, faulted, or exited where it should not.</summary>
public sealed class GuestException(string message) : UnfitHostException(message);
