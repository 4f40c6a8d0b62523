using System.Buffers;
using ZstdSharp.Unsafe;

namespace ExitProf.Traces;

/// <summary>
/// The compressed records of a perf.data: one zstd stream through all of them, whose end of a record need not be the end of an event. What
/// comes out is held until it has been taken, in a buffer of a fixed size.
/// </summary>
internal sealed class PackedRecords : IDisposable
{
    /// <summary>Twice the longest record.</summary>
    private const int OutputBytes = 1 << 17;

    /// <summary>The window of zstd's levels up to 19; a damaged header could ask for 128 MiB.</summary>
    private const int MaxWindowLog = 23;

    /// <summary>zstd makes events some ten times smaller; what grows by more than this is made to.</summary>
    private const long MaxGrowth = 1024;

    private readonly byte[] output = new byte[OutputBytes];
    private ZstdSharp.Decompressor? zstd;
    private byte[] input = [];
    private int inputAt, inputEnd;
    private int held;
    private long bytesIn, bytesOut;
    private bool stopped;

    /// <summary>Records that could not be unpacked.</summary>
    internal long Damaged { get; private set; }

    internal void Add(ReadOnlySpan<byte> record)
    {
        if (stopped)
        {
            Damaged++;
            return;
        }
        if (input.Length < record.Length) input = new byte[1 << 16];
        record.CopyTo(input);
        (inputAt, inputEnd) = (0, record.Length);
        bytesIn += record.Length;
    }

    /// <summary>What has been unpacked and not been taken.</summary>
    /// <returns>False if the record has no more.</returns>
    internal bool TryNext(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (stopped) return false;
        int before = held;
        try
        {
            if (zstd is null)
            {
                zstd = new ZstdSharp.Decompressor();
                zstd.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, MaxWindowLog);
            }
            OperationStatus status = zstd.UnwrapStream(input.AsSpan(inputAt, inputEnd - inputAt), output.AsSpan(held), out int consumed,
                out int written);
            inputAt += consumed;
            held += written;
            bytesOut += written;
            if (status == OperationStatus.InvalidData || bytesOut > (bytesIn + OutputBytes) * MaxGrowth) Fail();
        }
        catch (ZstdSharp.ZstdException)
        {
            Fail();
        }
        if (held == before) return false;
        bytes = output.AsSpan(0, held);
        return true;
    }

    /// <summary>So many bytes of what was given are done with.</summary>
    internal void Keep(int taken)
    {
        output.AsSpan(taken, held - taken).CopyTo(output);
        held -= taken;
    }

    /// <summary>What came out is no record: nothing behind it can be told.</summary>
    internal void Stop() => stopped = true;

    private void Fail()
    {
        Damaged++;
        stopped = true;
    }

    public void Dispose() => zstd?.Dispose();
}
