namespace ExitProf.Vmm;

/// <summary>What an emulated instruction does: few operations, because most differ only in operands.</summary>
public enum Operation : byte
{
    None,
    Popcnt,
    Crc32,
    Bextr,
    Adcx,
    Adox,

    /// <summary>Memory to a vector register; what of it is not loaded becomes zero or stays, see <see cref="VectorRest"/>.</summary>
    LoadVector,

    /// <summary>Bytes of a vector register to memory.</summary>
    StoreVector,
}

/// <summary>What becomes of the rest of a vector register into which something is loaded.</summary>
public enum VectorRest : byte
{
    /// <summary>SSE loads of a whole register: bits 127 down to what is loaded become zero, those above stay.</summary>
    ZeroTo128,

    /// <summary>SSE loads of a half: everything else stays.</summary>
    Keep,

    /// <summary>VEX: everything above what is loaded becomes zero.</summary>
    Zero,

    /// <summary>VEX loads of a half: the other half is the second register's, everything above bit 127 becomes zero.</summary>
    OtherHalf,
}
