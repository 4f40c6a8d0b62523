namespace ExitProf.Traces;

/// <summary>
/// How a guest's clock differs from its host's, measured some times while both were recorded (option TIME_SHIFT of trace.dat).
/// </summary>
internal sealed class ClockShift
{
    private const uint Interpolate = 1;
    private const int MaxCpus = 1 << 14;
    private const int MaxSamples = 1 << 20;

    private readonly List<Sample[]> cpus = [];
    private readonly bool interpolates;

    private ClockShift(bool interpolates) => this.interpolates = interpolates;

    private readonly record struct Sample(ulong Time, long Offset, ulong Scale, int Fraction);

    /// <returns>Null if the option is damaged.</returns>
    internal static ClockShift? TryOf(ref ByteFields fields)
    {
        fields.U64();
        var read = new ClockShift((fields.U32() & Interpolate) != 0);
        uint count = fields.U32();
        if (count > MaxCpus) return null;
        for (uint cpu = 0; cpu < count; cpu++)
        {
            uint samples = fields.U32();
            // Three numbers a sample.
            if (fields.Failed || samples > MaxSamples || samples > fields.Left / 24) return null;
            var all = new Sample[samples];
            for (int i = 0; i < all.Length; i++) all[i] = new Sample(fields.U64(), 0, 1, 0);
            for (int i = 0; i < all.Length; i++) all[i] = all[i] with { Offset = (long)fields.U64() };
            for (int i = 0; i < all.Length; i++) all[i] = all[i] with { Scale = fields.U64() };
            read.cpus.Add(all);
        }
        // Newer files have the bits behind the point of each scale.
        foreach (Sample[] all in read.cpus)
        {
            for (int i = 0; i < all.Length && fields.Left >= 8; i++)
                all[i] = all[i] with { Fraction = (int)Math.Min(fields.U64(), 63) };
        }
        return fields.Failed ? null : read;
    }

    /// <summary>The host's clock at a stamp of the guest.</summary>
    internal ulong Apply(ulong stamp, int cpu)
    {
        if ((uint)cpu >= (uint)cpus.Count || cpus[cpu] is not { Length: > 0 } samples) return stamp;
        if (samples.Length == 1) return stamp + (ulong)samples[0].Offset;
        int at = 0;
        while (at < samples.Length - 2 && stamp >= samples[at + 1].Time) at++;
        Sample from = samples[at], to = samples[at + 1];
        long offset = from.Offset;
        if (interpolates && to.Time > from.Time)
            offset += (long)(((double)stamp - from.Time) * ((double)to.Offset - from.Offset) / (to.Time - from.Time));
        ulong scaled = from.Scale <= 1 && from.Fraction == 0 ? stamp : (ulong)((UInt128)stamp * from.Scale >> from.Fraction);
        return scaled + (ulong)offset;
    }
}
