using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ExitProf.Traces;

/// <summary>
/// The exits of one batch by column: for each class, one delta of all its exits after the other. It reads batches of either coding and
/// keeps its memory from one batch to the next.
/// </summary>
/// <remarks>Everything is bounds-checked: what a damaged batch leaves is in the groups, and <see cref="Damage"/> says what was
/// wrong.</remarks>
public sealed class ExitColumns
{
    /// <summary>A span of whole vectors may begin anywhere in a column.</summary>
    private const int Slack = BitPacking.Lanes;

    /// <summary>Up to so many are counted one after the other, in whole vectors.</summary>
    private const int FewGroups = 8;

    private readonly List<ExitGroup> groups = [];
    private readonly List<WideExit> wide = [];
    private ExitGroup[] stored = [];
    private int storedGroups;
    private ExitRowSorter? rows;
    private ushort[] values = [];
    private ushort[] order = [];
    private long[] cycles = [];

    /// <summary>In the places of <see cref="cycles"/>; of exits that are not whole ticks they mean nothing.</summary>
    private uint[] ticks = [];
    private int[] seen = [];
    private int used;
    private int usedCycles;

    /// <summary>What was left out of the batch under way, by whoever shares these columns; null if it has not been decoded.</summary>
    private (int Skip, int Leave)? decoded;

    /// <summary>Classes with exits in columns, each once.</summary>
    public ReadOnlySpan<ExitGroup> Groups => CollectionsMarshal.AsSpan(groups);

    /// <summary>A duration of so many ticks or more is not told in ticks.</summary>
    public const uint TicksLimit = 1 << 24;

    /// <summary>How many exits have a delta that does not fit into a column.</summary>
    public int WideExits => wide.Count;

    /// <summary>Exits that cannot be told apart because the trace does not define their class.</summary>
    public int Lost { get; private set; }

    /// <summary>Null if the batch could be decoded to its end.</summary>
    public FormatException? Damage { get; private set; }

    /// <summary>Deltas of column <paramref name="stamp"/> in ticks; column 0 has the gaps before the exits.</summary>
    public ReadOnlySpan<ushort> Column(in ExitGroup group, int stamp) => values.AsSpan(group.First + stamp * group.Stride, group.Count);

    /// <summary>The column filled up with zeros to whole vectors of sixteen.</summary>
    public ReadOnlySpan<ushort> Padded(in ExitGroup group, int stamp) =>
        values.AsSpan(group.First + stamp * group.Stride, BitPacking.Rows(group.Count) * BitPacking.Lanes);

    public int WideClass(int index) => wide[index].Class;

    /// <summary>Deltas of one of <see cref="WideExits"/>, in cycles; the first is the gap before the exit.</summary>
    public ReadOnlySpan<long> Cycles(int index) => cycles.AsSpan(wide[index].At, wide[index].Length);

    /// <summary>
    /// Its steps in ticks, without the gap before it; empty if they are not all whole ticks from 0 to below <see cref="TicksLimit"/>.
    /// </summary>
    public ReadOnlySpan<uint> Ticks(int index) =>
        wide[index] is { InTicks: true } exit ? ticks.AsSpan(exit.At + 1, exit.Length - 1) : default;

    /// <param name="grain">The header's TSC grain in cycles.</param>
    /// <param name="lengths">Number of stamps of each class by its index, 0 for one that is not defined.</param>
    /// <param name="skip">Exits at the batch's beginning that are not to be used.</param>
    /// <param name="leave">Exits at its end that are not to be used.</param>
    public void Decode(in ExitBatch batch, int grain, ReadOnlySpan<byte> lengths, int skip = 0, int leave = 0)
    {
        groups.Clear();
        wide.Clear();
        (used, usedCycles, storedGroups) = (0, 0, 0);
        (Lost, Damage) = (0, null);
        try
        {
            if (batch.Coding == BatchCoding.Columns) ReadColumns(batch, grain, lengths, skip, batch.Count - leave);
            else SortRows(batch, grain, lengths, skip, leave);
        }
        catch (FormatException wrong)
        {
            Damage = wrong;
        }
    }

    /// <summary>Another batch comes: to be called before those who share these columns take it.</summary>
    public void Forget() => decoded = null;

    /// <summary>The same, but only once for all who share these columns and leave out the same exits.</summary>
    /// <inheritdoc cref="Decode"/>
    public void DecodeShared(in ExitBatch batch, int grain, ReadOnlySpan<byte> lengths, int skip, int leave)
    {
        if (decoded == (skip, leave)) return;
        Decode(batch, grain, lengths, skip, leave);
        decoded = (skip, leave);
    }

    /// <summary>What exit <paramref name="index"/> of the batch is, all of whose exits are used.</summary>
    internal ExitGroup GroupOf(int index) => stored[storedGroups == 1 ? 0 : order[index]];

    /// <summary>Number of that group.</summary>
    internal int NumberOf(int index) => storedGroups == 1 ? 0 : order[index];

    internal int StoredGroups => storedGroups;

    internal void CopyRow(in ExitGroup group, int exit, Span<ushort> ticks)
    {
        for (int i = 0, at = group.First + exit; i < group.Length; i++, at += group.Stride) ticks[i] = values[at];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadColumns(in ExitBatch batch, int grain, ReadOnlySpan<byte> lengths, int skip, int end)
    {
        ReadOnlySpan<byte> data = batch.Data[..^ExitBatch.Padding];
        ReadGroups(ref data, batch.Count, lengths);
        if (storedGroups > 1) ReadOrder(ref data, batch.Count);
        for (int i = 0; i < storedGroups; i++)
        {
            ref ExitGroup group = ref stored[i];
            bool known = (uint)group.Class < (uint)lengths.Length && lengths[group.Class] > 0;
            (int before, int after) = storedGroups == 1 ? (skip, batch.Count - end) : (Among(0, skip, i), Among(end, batch.Count, i));
            int taken = Math.Max(0, group.Stored - before - after);
            if (!known) Lost += taken;
            if (!group.InColumns) continue;
            ReadGroup(ref data, ref group);
            if (after > 0) ClearEnd(group, after);
            if (known && taken > 0) groups.Add(group with { First = group.First + before, Count = taken });
        }
        ReadRows(ref data, grain, lengths, skip, end);
        if (!data.IsEmpty) Throw("bytes are left over after its last exit");
    }

    private void ReadGroups(ref ReadOnlySpan<byte> data, int exits, ReadOnlySpan<byte> lengths)
    {
        int number = (int)Math.Min(Varint.Read(ref data), int.MaxValue), sum = 0;
        if (number < 1 || number > exits) Throw("it has more classes than exits");
        if (stored.Length < number) stored = new ExitGroup[Math.Max(number, 8)];
        for (int i = 0; i < number; i++)
        {
            ulong tag = Varint.Read(ref data);
            if (data.IsEmpty) Throw("it ends inside its classes");
            byte length = data[0];
            data = data[1..];
            int count = (int)Math.Min(Varint.Read(ref data), (ulong)exits + 1);
            int index = (int)Math.Min(tag >> 1, int.MaxValue);
            bool other = (uint)index < (uint)lengths.Length && lengths[index] > 0 && lengths[index] != length;
            if (length == 0 || count == 0 || other) Throw("a class has other stamps than the trace defines");
            sum += count;
            if (sum > exits) Throw("its classes have more exits than it has");
            stored[i] = new ExitGroup(index, length, count) { InColumns = (tag & 1) == 0, Stored = count };
        }
        if (sum != exits) Throw("its classes have fewer exits than it has");
        storedGroups = number;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadOrder(ref ReadOnlySpan<byte> data, int exits)
    {
        if (order.Length == 0) order = new ushort[ExitBatch.MaxExits];
        int width = ColumnEncoder.OrderBits(storedGroups), bytes = BitPacking.PackedBytes(exits, width);
        if (data.Length < bytes) Throw("it ends inside the order of its exits");
        BitPacking.Unpack(data[..bytes], width, 0, order.AsSpan(0, BitPacking.Rows(exits) * BitPacking.Lanes));
        data = data[bytes..];
        // As many of each class as it has are all exits: then none names a class that the batch does not have.
        for (int i = 0; i < storedGroups && storedGroups <= FewGroups; i++)
        {
            if (Among(0, exits, i) != stored[i].Stored) Throw("the order of its exits is not that of its classes");
        }
        if (storedGroups <= FewGroups) return;
        if (seen.Length < storedGroups) seen = new int[stored.Length];
        seen.AsSpan(0, storedGroups).Clear();
        foreach (ushort group in order.AsSpan(0, exits))
        {
            if (group >= storedGroups || ++seen[group] > stored[group].Stored) Throw("the order of its exits is not that of its classes");
        }
    }

    private int Among(int from, int to, int group) => from < to ? order.AsSpan(from, to - from).Count((ushort)group) : 0;

    private void ReadGroup(ref ReadOnlySpan<byte> data, ref ExitGroup group)
    {
        int stride = BitPacking.Rows(group.Stored) * BitPacking.Lanes + Slack;
        // The number of columns is not trusted with an allocation.
        if (data.Length < group.Length * BitPacking.HeaderBytes) Throw("it ends inside its columns");
        Room(group.Length * stride);
        group = group with { First = used, Stride = stride };
        for (int i = 0; i < group.Length; i++) BitPacking.ReadColumn(ref data, group.Stored, values.AsSpan(used + i * stride, stride));
        used += group.Length * stride;
    }

    private void ClearEnd(in ExitGroup group, int exits)
    {
        for (int i = 0; i < group.Length; i++)
            values.AsSpan(group.First + i * group.Stride + Math.Max(0, group.Stored - exits), Math.Min(exits, group.Stored)).Clear();
    }

    /// <summary>The exits behind the columns, in the order of the batch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadRows(ref ReadOnlySpan<byte> data, int grain, ReadOnlySpan<byte> lengths, int skip, int end)
    {
        int left = 0;
        foreach (ref readonly ExitGroup group in stored.AsSpan(0, storedGroups)) left += group.InColumns ? 0 : group.Stored;
        for (int i = 0; left > 0; i++)
        {
            ref readonly ExitGroup group = ref stored[storedGroups == 1 ? 0 : order[i]];
            if (group.InColumns) continue;
            left--;
            Span<long> row = WideRow(group.Length);
            Varint.ReadSigned(ref data, row);
            bool known = (uint)group.Class < (uint)lengths.Length && lengths[group.Class] > 0;
            if (i < skip || i >= end || !known) continue;
            AddWide(group.Class, row, grain);
        }
    }

    /// <summary>Takes over what stands behind the last wide exit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddWide(int index, ReadOnlySpan<long> row, int grain)
    {
        if (ticks.Length < cycles.Length) Array.Resize(ref ticks, cycles.Length);
        Span<uint> steps = ticks.AsSpan(usedCycles, row.Length);
        ulong rests = 0, wholes = 0;
        if (BitOperations.IsPow2(grain))
        {
            int shift = BitOperations.Log2((uint)grain);
            ulong below = (1UL << shift) - 1;
            // A negative delta becomes a very large one.
            for (int i = 1; i < row.Length; i++)
            {
                ulong whole = (ulong)row[i] >> shift;
                steps[i] = (uint)whole;
                rests |= (ulong)row[i] & below;
                wholes |= whole;
            }
        }
        else
        {
            for (int i = 1; i < row.Length && rests == 0; i++)
            {
                (ulong whole, rests) = Math.DivRem((ulong)row[i], (ulong)grain);
                steps[i] = (uint)whole;
                wholes |= whole;
            }
        }
        wide.Add(new WideExit(index, usedCycles, row.Length, InTicks: rests == 0 && wholes < TicksLimit));
        usedCycles += row.Length;
    }

    private Span<long> WideRow(int length)
    {
        if (cycles.Length - usedCycles < length) Array.Resize(ref cycles, Math.Max(usedCycles + length, cycles.Length * 2));
        return cycles.AsSpan(usedCycles, length);
    }

    private void SortRows(in ExitBatch batch, int grain, ReadOnlySpan<byte> lengths, int skip, int leave)
    {
        rows ??= new ExitRowSorter();
        rows.Clear();
        var decoder = new ExitDecoder(batch, grain, lengths, rows.Buffer);
        try
        {
            decoder.LeaveOut(leave);
            while (decoder.Next())
            {
                if (skip-- > 0) continue;
                if (decoder.Wide)
                {
                    Span<long> row = WideRow(decoder.Length);
                    decoder.Cycles.CopyTo(row);
                    AddWide(decoder.Class, row, grain);
                }
                else rows.Add(decoder.Class, decoder.Length, decoder.Lanes);
            }
        }
        catch (FormatException)
        {
            // How long an exit is, its class says: where that is lost, so are the exits behind it.
            if ((uint)decoder.Class < (uint)lengths.Length && lengths[decoder.Class] > 0) throw;
            Lost = decoder.Left + 1;
        }
        finally
        {
            rows.Sort();
            for (int i = 0; i < rows.Classes; i++)
            {
                (int index, int length, int count) = rows.Class(i);
                int stride = BitPacking.Rows(count) * BitPacking.Lanes + Slack;
                Room(length * stride);
                rows.Transpose(i, stride, values.AsSpan(used, length * stride));
                groups.Add(new ExitGroup(index, length, count) { First = used, Stride = stride, InColumns = true, Stored = count });
                used += length * stride;
            }
        }
    }

    private void Room(int more)
    {
        if (values.Length - used < more) Array.Resize(ref values, Math.Max(used + more, values.Length * 2));
    }

    private static void Throw(string what) => throw new FormatException($"A batch of exits is damaged: {what}.");

    /// <param name="At">Where its deltas begin.</param>
    /// <param name="InTicks">Whether its steps are there in ticks too.</param>
    private readonly record struct WideExit(int Class, int At, int Length, bool InTicks);
}
