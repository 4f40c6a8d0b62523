using ExitProf.Linux;
using Iced.Intel;

namespace ExitProf.Vmm;

/// <summary>
/// The signal that ends a KVM_RUN from outside. Its handler is a single <c>ret</c>: the point is that the system call returns EINTR.
/// </summary>
internal static unsafe class KickSignal
{
    /// <summary>A real-time signal that neither glibc (32, 33) nor the .NET runtime (34) uses.</summary>
    public const int Number = 44;

    // Installed once for the process, never removed: a late kick must not kill it.
    private static readonly NativeCode Handler = Install();

    // Faults of the thread itself stay deliverable; everything else waits until the run is over.
    private static readonly int[] Unblocked = [Number, 4 /* ILL */, 5 /* TRAP */, 7 /* BUS */, 8 /* FPE */, 11 /* SEGV */];

    public static void EnsureInstalled() => _ = Handler.Address;

    /// <summary>Blocks every signal but the kick for the calling thread; returns the mask to restore.</summary>
    public static SignalSet BlockOthers()
    {
        SignalSet all, old;
        for (int i = 0; i < 16; i++) all.Bits[i] = ulong.MaxValue;
        foreach (int signal in Unblocked) all.Bits[0] &= ~(1UL << (signal - 1));
        int error = LibC.pthread_sigmask(LibC.SIG_SETMASK, &all, &old);
        return error == 0 ? old : throw new SystemCallException("pthread_sigmask", error, "");
    }

    public static void Restore(SignalSet mask) => _ = LibC.pthread_sigmask(LibC.SIG_SETMASK, &mask, null);

    public static void Send(int threadId) => _ = LibC.syscall(LibC.SYS_tgkill, Environment.ProcessId, threadId, Number);

    private static NativeCode Install()
    {
        var a = new Assembler(64);
        a.ret();
        var handler = new NativeCode(a);
        var action = new SignalAction { Handler = handler.Address };
        if (LibC.sigaction(Number, &action, null) != 0) throw SystemCallException.Last("sigaction", "");
        return handler;
    }
}
