using System.Runtime.InteropServices;

namespace ExitProf.Linux;

/// <summary>Addresses of functions of the C library, for native code that calls them.</summary>
public static unsafe class CFunction
{
    private static readonly nint Library = NativeLibrary.Load("libc", typeof(CFunction).Assembly, null);

    public static void* MutexLock { get; } = Address("pthread_mutex_lock");

    public static void* MutexUnlock { get; } = Address("pthread_mutex_unlock");

    public static void* ReadLock { get; } = Address("pthread_rwlock_rdlock");

    public static void* ReadUnlock { get; } = Address("pthread_rwlock_unlock");

    private static void* Address(string name) => (void*)NativeLibrary.GetExport(Library, name);
}
