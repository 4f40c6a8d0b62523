using System.Globalization;
using System.Text;

namespace ExitProf.Traces;

/// <summary>What a trace.dat says about its recording besides the events: its options, which version 6 and 7 have alike.</summary>
internal sealed class TraceDatOptions
{
    internal const int Done = 0;
    internal const int CpuStat = 2;
    internal const int Buffer = 3;
    internal const int TraceClock = 4;
    internal const int Uname = 5;
    internal const int Offset = 7;
    internal const int TimeShift = 12;
    internal const int Guest = 13;
    internal const int TscToNanoseconds = 14;
    internal const int HeaderInfo = 16;
    internal const int EventFormats = 18;
    internal const int Printk = 20;
    internal const int CommandLines = 21;
    internal const int BufferText = 22;

    private const int MaxGuestCpus = 1 << 14;

    private readonly Dictionary<int, (string Guest, int Vcpu)> guests = [];

    /// <summary>The trace clock's name; empty where the file does not say.</summary>
    internal string Clock { get; private set; } = "";

    internal string Kernel { get; private set; } = "";

    /// <summary>Ticks of the TSC in a second; 0 where the file does not say.</summary>
    internal long TscHertz { get; private set; }

    /// <summary>What is added to every stamp.</summary>
    internal long StampOffset { get; private set; }

    /// <summary>A guest's file says how its clock differs from the host's.</summary>
    internal ClockShift? Shift { get; private set; }

    /// <summary>Events that the ring buffer overwrote, and those that it had no room for.</summary>
    internal long Overwritten { get; private set; }

    /// <summary>A host's file says which thread is which guest's vCPU.</summary>
    internal IReadOnlyDictionary<int, (string Guest, int Vcpu)> Guests => guests;

    /// <returns>False if the option is damaged.</returns>
    internal bool TryAdd(int id, ReadOnlySpan<byte> data, bool bigEndian)
    {
        var fields = new ByteFields(data, bigEndian);
        switch (id)
        {
            case TraceClock: Clock = ClockName(Text(data)); return true;
            case Uname: Kernel = Release(Text(data)); return true;
            case CpuStat: AddStatistics(Text(data)); return true;
            case Offset:
                if (long.TryParse(Text(data), NumberStyles.Integer, CultureInfo.InvariantCulture, out long offset)) StampOffset = offset;
                return true;
            case TscToNanoseconds: return TryRate(ref fields);
            case TimeShift:
                Shift = ClockShift.TryOf(ref fields);
                return Shift is not null;
            case Guest: return TryGuest(ref fields);
            default: return true;
        }
    }

    /// <summary>"[local] global counter": the one in brackets; a buffer of version 7 may have the name alone.</summary>
    internal static string ClockName(string text)
    {
        int open = text.IndexOf('['), close = text.IndexOf(']');
        return (open >= 0 && close > open ? text[(open + 1)..close] : text).Trim();
    }

    private static string Text(ReadOnlySpan<byte> data) => Encoding.UTF8.GetString(data).TrimEnd('\0', '\n');

    /// <summary>"Linux host 6.1.0 #1 SMP … x86_64": the release is the third word.</summary>
    private static string Release(string uname) => uname.Split(' ') is [_, _, var release, ..] ? release : uname;

    /// <summary>Lines such as "overrun: 12".</summary>
    private void AddStatistics(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            if (line.Split(':') is ["overrun" or "dropped events", var number] && long.TryParse(number, out long count) && count > 0)
                Overwritten += Math.Min(count, long.MaxValue - Overwritten);
        }
    }

    /// <summary>The kernel turns TSC into nanoseconds by a multiplication and a shift.</summary>
    private bool TryRate(ref ByteFields fields)
    {
        const double NanosecondsPerSecond = 1e9;
        uint multiplier = fields.U32(), shift = fields.U32();
        if (fields.Failed || multiplier == 0 || shift > 32) return false;
        TscHertz = (long)Math.Round(NanosecondsPerSecond * (1ul << (int)shift) / multiplier);
        return true;
    }

    private bool TryGuest(ref ByteFields fields)
    {
        string name = Encoding.UTF8.GetString(fields.Name());
        fields.U64();
        uint cpus = fields.U32();
        for (uint i = 0; i < cpus && !fields.Failed && guests.Count < MaxGuestCpus; i++)
        {
            int vcpu = (int)fields.U32(), thread = (int)fields.U32();
            if (!fields.Failed) guests[thread] = (name, vcpu);
        }
        return !fields.Failed;
    }
}
