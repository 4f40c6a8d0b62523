using System.Runtime.Intrinsics;

namespace ExitProf.Vmm;

/// <summary>
/// What the emulator asks of a cache: there is one, <see cref="InstructionCache"/>, which says what each member does. Tests put one in its
/// place that is broken on purpose, to see that they notice.
/// </summary>
internal interface IInstructionCache
{
    CacheCounters Counters { get; }

    ref readonly CachedInstruction this[int index] { get; }

    int Find(in InstructionKey key);

    bool HasBytes(int index, Vector128<byte> bytes);

    ref readonly InstructionPlace Place(int index);

    void Hit(int index);

    void Miss();

    void Drop(int index);

    int Insert(in InstructionKey key, in EmulatedInstruction instruction, in InstructionBytes bytes);

    void SetPlace(int index, in InstructionPlace place);

    void DropWritten(ulong address, int bytes);

    void Clear();
}
