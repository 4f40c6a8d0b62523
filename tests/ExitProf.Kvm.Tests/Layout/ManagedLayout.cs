using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace ExitProf.Kvm.Tests.Layout;

/// <summary>
/// Where the runtime has put the fields of a structure: what native code and the kernel see, not what a marshaller would make of it.
/// </summary>
internal static partial class ManagedLayout
{
    public static int Size(Type type) => (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    public static IEnumerable<FieldInfo> Fields(Type type) => type.GetFields(BindingFlags.Instance | BindingFlags.Public);

    public static unsafe long Offset(FieldInfo field)
    {
        var method = new DynamicMethod("offset", typeof(long), [typeof(nint)], typeof(ManagedLayout).Module, skipVisibility: true);
        ILGenerator il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldflda, field);
        il.Emit(OpCodes.Conv_U8);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Conv_U8);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Ret);
        // The address must be readable: taking a field's address checks the structure's for null by touching it.
        byte* memory = stackalloc byte[8192];
        return method.CreateDelegate<Func<nint, long>>()((nint)memory);
    }

    /// <summary>"guest_phys_addr" for GuestPhysAddr.</summary>
    public static string Snake(string name) => Hump().Replace(name, "_").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex Hump();
}
