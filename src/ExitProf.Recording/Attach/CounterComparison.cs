using System.Diagnostics;
using System.Globalization;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>
/// What KVM itself counted while we recorded, and before and after: whether the recording is complete, and what it cost the machine.
/// </summary>
internal sealed class CounterComparison(IReadOnlyList<int> processes, TimeSpan unrecorded)
{
    private const string Exits = "exits";

    private readonly KvmCounters counters = new(processes);
    private (long Low, long High, double Seconds) recorded;
    private KvmCount? before, begun;
    private long started;
    private double? rateBefore, rateAfter;

    public void WatchBefore(CancellationToken cancelled) => rateBefore = Watch(cancelled);

    public void WatchAfter(CancellationToken cancelled) => rateAfter = Watch(cancelled);

    /// <summary>Reads before and after the switch: what is counted between belongs to either side.</summary>
    public void Begin(Action on)
    {
        before = counters.Read(Exits);
        on();
        begun = counters.Read(Exits);
        started = Stopwatch.GetTimestamp();
    }

    public void End(Action off)
    {
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        KvmCount? ending = counters.Read(Exits);
        off();
        KvmCount? ended = counters.Read(Exits);
        if (KvmCount.Between(begun, ending) is { } low && KvmCount.Between(before, ended) is { } high) recorded = (low, high, seconds);
    }

    /// <param name="seen">Exits of the recording.</param>
    /// <param name="vcpus">Each can be between its event and its counter.</param>
    /// <param name="exact">False where KVM counts what no event tells.</param>
    public void AddFindings(FindingLedger findings, long seen, long lost, int vcpus, bool exact)
    {
        if (recorded.Seconds <= 0)
        {
            string why = counters.Trouble.Length > 0 ? counters.Trouble : "Its machines changed while it was recorded.";
            findings.Add(FindingKind.SlowDownUnknown, $"KVM's counters of the machine could not be read, so what recording cost it is unknown: {why}");
            return;
        }
        (long low, long high, _) = recorded;
        // The first exit may have begun before we did, and is not counted here; the last one of each vCPU may be counted late.
        bool agree = seen >= low - vcpus && seen <= high + vcpus;
        string counted = low == high ? $"{low:N0}" : $"{low:N0} to {high:N0}";
        if (agree) findings.Add(FindingKind.KvmCountersAgree, $"KVM counted {counted} exits while {seen:N0} were recorded.");
        else
        {
            string why = lost > 0 ? "events were lost" : exact ? "nothing was lost" : "KVM counts exits of which this host writes no events";
            findings.Add(FindingKind.KvmCountersDiffer, $"KVM counted {counted} exits while {seen:N0} were recorded; {why}.");
        }
        AddSlowDown(findings);
    }

    private void AddSlowDown(FindingLedger findings)
    {
        if (rateBefore is not > 0 || rateAfter is not > 0) return;
        (long low, long high, double seconds) = recorded;
        double rate = (low + high) / 2.0 / seconds, without = (rateBefore.Value + rateAfter.Value) / 2;
        double fewer = (without - rate) / without;
        findings.Add(FindingKind.SlowedDown, string.Create(CultureInfo.InvariantCulture,
            $"The machine made {rate:N0} exits a second while it was recorded, {rateBefore:N0} before and {rateAfter:N0} after: ")
            + (fewer >= 0 ? string.Create(CultureInfo.InvariantCulture, $"{fewer:P1} fewer.") : "not fewer.")
            + (Math.Abs(rateBefore.Value - rateAfter.Value) > Math.Abs(fewer) * without
                ? " Before and after differ by more than that: it is the machine's own change rather than ours." : ""));
    }

    private double? Watch(CancellationToken cancelled)
    {
        if (unrecorded <= TimeSpan.Zero || counters.Read(Exits) is not { } first) return null;
        long from = Stopwatch.GetTimestamp();
        cancelled.WaitHandle.WaitOne(unrecorded);
        double seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        return KvmCount.Between(first, counters.Read(Exits)) / seconds;
    }
}
