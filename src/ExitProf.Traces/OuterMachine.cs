namespace ExitProf.Traces;

/// <summary>
/// When, by what and on what an emulated host ran. The header of such a trace has the guest's date and CPU. No figure depends on this, so
/// <see cref="ContentIdentity"/> leaves it out.
/// </summary>
/// <param name="RecordedUtc">By the clock of the machine outside.</param>
/// <param name="Emulator">"QEMU emulator version 7.2.22 (…)".</param>
/// <param name="Cpu">The CPU's model name; empty where unknown.</param>
public sealed record OuterMachine(DateTime RecordedUtc, string Emulator, string Cpu);
