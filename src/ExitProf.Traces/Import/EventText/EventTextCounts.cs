namespace ExitProf.Traces;

/// <summary>What a text had besides events.</summary>
internal sealed class EventTextCounts
{
    internal long Lines { get; set; }
    internal long Events { get; set; }

    /// <summary>Lines that are neither events nor comments nor parts of a table.</summary>
    internal long ForeignLines { get; set; }

    /// <summary>Places where whoever wrote the text left lines out.</summary>
    internal long Elisions { get; set; }

    /// <summary>Events that two or more lines of the text hold together.</summary>
    internal long JoinedLines { get; set; }

    /// <summary>Lines of kvm_exit and kvm_entry without a time.</summary>
    internal long UntimedExits { get; set; }
    internal long UntimedEntries { get; set; }

    /// <summary>Events of a vCPU's thread whose body ends where it cannot.</summary>
    internal long CutEvents { get; set; }

    /// <summary>Events whose line also has a date or time of day.</summary>
    internal long WallClocks { get; set; }

    /// <summary>Events in another clock than the first one's.</summary>
    internal long OtherClocks { get; set; }

    /// <summary>Events with more digits than the first one's.</summary>
    internal long FinerStamps { get; set; }

    /// <summary>Events without a thread, told apart by name, vCPU or CPU.</summary>
    internal long WithoutThread { get; set; }
    internal long WithoutThreadByCpu { get; set; }
    internal long LongLines { get; set; }

    /// <summary>Events that the ring buffer overwrote before the first one that is there.</summary>
    internal long Overwritten { get; set; }

    /// <summary>Exits of the guest's guest as the nested hypervisor sees them.</summary>
    internal long NestedExits { get; set; }
}
