using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>A file is no multiboot guest, or one that this VMM cannot boot. The message is one sentence with the remedy.</summary>
public sealed class MultibootException(string message) : UnfitHostException(message);
