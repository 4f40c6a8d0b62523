using System.Collections.Immutable;

namespace ExitProf.Traces;

/// <summary>Where the pages of one CPU are in a trace.dat.</summary>
internal readonly record struct TraceDatPlace(int Cpu, ulong Offset, ulong Size);

/// <summary>One ring buffer of a trace.dat: the top one, or an instance's.</summary>
/// <param name="Name">Empty for the top one.</param>
/// <param name="Clock">The name of the trace clock; empty where the file does not say it of this buffer.</param>
/// <param name="PageBytes">0 where the file does not say it of this buffer.</param>
/// <param name="IsPacked">Its pages are compressed, in chunks.</param>
internal sealed record TraceDatBuffer(string Name, string Clock, int PageBytes, bool IsPacked, ImmutableArray<TraceDatPlace> Places);
