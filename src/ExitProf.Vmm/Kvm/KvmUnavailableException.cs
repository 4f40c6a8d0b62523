using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>There is no KVM here that can be used.</summary>
public sealed class KvmUnavailableException(string message) : UnfitHostException(message);
