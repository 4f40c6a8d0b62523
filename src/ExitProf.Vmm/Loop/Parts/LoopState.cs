using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Vmm;

/// <summary>How assembled code finds the fields of <see cref="ExitLoopState"/>, whose address is in rbx.</summary>
internal static class LoopState
{
    private const DynamicallyAccessedMemberTypes Fields =
        DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.NonPublicFields;

    public static AssemblerMemoryOperand At(string field) => __qword_ptr[rbx + Offset(field)];

    /// <summary>A field of a part's own state.</summary>
    public static AssemblerMemoryOperand At<[DynamicallyAccessedMembers(Fields)] T>(string part, string field)
        where T : unmanaged => __qword_ptr[rbx + Offset<T>(part, field)];

    public static int Offset(string field) => (int)Marshal.OffsetOf<ExitLoopState>(field);

    /// <inheritdoc cref="At{T}"/>
    public static int Offset<[DynamicallyAccessedMembers(Fields)] T>(string part, string field)
        where T : unmanaged => Offset(part) + (int)Marshal.OffsetOf<T>(field);
}
