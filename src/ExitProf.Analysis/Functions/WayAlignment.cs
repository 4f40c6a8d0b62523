using System.Collections;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Finds an untraced exit again in a traced one, which takes the same way with detours to its events: the longest sequence of instructions
/// that both have.
/// </summary>
internal static class WayAlignment
{
    /// <summary>A bit each, and some nanoseconds.</summary>
    private const long MostCells = 1L << 30;

    /// <returns>
    /// For each instruction of the traced exit the one of the plain exit that it is, or -1 on a detour; null if both are too long for it.
    /// </returns>
    public static int[]? Match(ReadOnlySpan<WayInstruction> plain, ReadOnlySpan<WayInstruction> traced)
    {
        int[] matched = new int[traced.Length];
        Array.Fill(matched, -1);
        int head = plain.CommonPrefixLength(traced);
        for (int i = 0; i < head; i++) matched[i] = i;
        ReadOnlySpan<WayInstruction> a = plain[head..], b = traced[head..];
        if ((long)a.Length * b.Length > MostCells) return null;
        // One row for each instruction of the plain exit; true: the best without its last instruction is not worse.
        var without = new BitArray[a.Length];
        int[] above = new int[b.Length + 1], row = new int[b.Length + 1];
        for (int i = 0; i < a.Length; i++)
        {
            without[i] = new BitArray(b.Length);
            for (int j = 0; j < b.Length; j++)
            {
                if (a[i] == b[j]) row[j + 1] = above[j] + 1;
                else if (above[j + 1] >= row[j]) (row[j + 1], without[i][j]) = (above[j + 1], true);
                else row[j + 1] = row[j];
            }
            (above, row) = (row, above);
        }
        for (int i = a.Length - 1, j = b.Length - 1; i >= 0 && j >= 0;)
        {
            if (a[i] == b[j]) matched[head + j--] = head + i--;
            else if (without[i][j]) i--;
            else j--;
        }
        return matched;
    }
}
