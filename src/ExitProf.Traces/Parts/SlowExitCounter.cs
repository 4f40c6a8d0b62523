namespace ExitProf.Traces;

/// <summary>Counts exits that take longer than a limit, but for those that wait by their nature: a halted guest is not slow.</summary>
internal sealed class SlowExitCounter(TimeSpan limit)
{
    private readonly ExitBuffer buffer = new();
    private byte[] lengths = [];
    private bool[] waits = [];
    private int grain = 1;
    private long mostTicks = long.MaxValue;

    internal void Header(TraceHeader header)
    {
        grain = header.Clock.Grain;
        if (header.Clock.Hertz > 0) mostTicks = (long)(limit.TotalSeconds * header.Clock.Hertz);
    }

    internal void Class(ExitClass exitClass)
    {
        if (exitClass.Index >= lengths.Length)
        {
            int room = Math.Max(64, 2 * (exitClass.Index + 1));
            Array.Resize(ref lengths, room);
            Array.Resize(ref waits, room);
        }
        lengths[exitClass.Index] = (byte)exitClass.Signature.Length;
        waits[exitClass.Index] = exitClass.IsHalt || exitClass.Kind is ExitKind.HltWake or ExitKind.GuestWork;
    }

    /// <returns>How many of the batch's exits are longer.</returns>
    internal int Count(in ExitBatch batch)
    {
        int slow = 0;
        var exits = new ExitDecoder(batch, grain, lengths, buffer);
        while (exits.Next())
        {
            if (waits[exits.Class]) continue;
            // The first delta is the gap since the exit before.
            long ticks = 0;
            if (exits.Wide)
            {
                foreach (long delta in exits.Cycles[1..]) ticks += delta;
            }
            else
            {
                foreach (ushort delta in exits.Ticks[1..]) ticks += delta;
                ticks *= grain;
            }
            if (ticks > mostTicks) slow++;
        }
        return slow;
    }
}
