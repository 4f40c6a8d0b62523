namespace ExitProf.Vmm;

/// <summary>Where an operand is in guest-physical memory, or at a device.</summary>
/// <param name="Second">Of the bytes in the second page, if there are any.</param>
internal readonly record struct Operand(ulong First, int FirstBytes, ulong Second);

/// <summary>Carries out a store to a page that the guest may not write; false if it is not one.</summary>
internal delegate bool ProtectedWrite(ulong physical, ReadOnlySpan<byte> data);

/// <summary>Reads and writes operands: in memory where there is some, else at the devices.</summary>
internal sealed class OperandMemory(GuestMemory memory, IoBus devices, ProtectedWrite writeProtected)
{
    /// <summary>False if no device answers.</summary>
    public bool Read(in Operand operand, Span<byte> data)
    {
        int first = operand.FirstBytes;
        return ReadPage(operand.First, data[..first]) && (first == data.Length || ReadPage(operand.Second, data[first..]));
    }

    public bool Write(in Operand operand, ReadOnlySpan<byte> data)
    {
        int first = operand.FirstBytes;
        return WritePage(operand.First, data[..first]) && (first == data.Length || WritePage(operand.Second, data[first..]));
    }

    private bool ReadPage(ulong physical, Span<byte> data)
    {
        Span<byte> found = memory.Find(physical, data.Length);
        if (!found.IsEmpty)
        {
            found.CopyTo(data);
            return true;
        }
        // KVM as well gives a device at most eight bytes at a time.
        for (; data.Length > sizeof(ulong); physical += sizeof(ulong), data = data[sizeof(ulong)..])
        {
            if (!devices.Read(physical, data[..sizeof(ulong)])) return false;
        }
        return devices.Read(physical, data);
    }

    private bool WritePage(ulong physical, ReadOnlySpan<byte> data)
    {
        if (writeProtected(physical, data)) return true;
        Span<byte> found = memory.FindWritable(physical, data.Length);
        if (!found.IsEmpty)
        {
            data.CopyTo(found);
            return true;
        }
        for (; data.Length > sizeof(ulong); physical += sizeof(ulong), data = data[sizeof(ulong)..])
        {
            if (!devices.Write(physical, data[..sizeof(ulong)])) return false;
        }
        return devices.Write(physical, data);
    }
}
