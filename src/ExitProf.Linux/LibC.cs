using System.Runtime.InteropServices;

namespace ExitProf.Linux;

/// <summary>The system calls that the VMM and the recorder need, under their own names.</summary>
/// <remarks>
/// Every call is blittable. None suppresses the GC transition: an ioctl on a vCPU blocks for as long as the guest runs, and a
/// garbage collection would wait for it.
/// </remarks>
public static unsafe partial class LibC
{
    public const int O_RDONLY = 0;
    public const int O_WRONLY = 1;
    public const int O_RDWR = 2;
    public const int O_TRUNC = 0x200;
    public const int O_APPEND = 0x400;
    public const int O_NONBLOCK = 0x800;
    public const int O_CLOEXEC = 0x80000;

    public const int PROT_READ = 1;
    public const int PROT_WRITE = 2;
    public const int PROT_EXEC = 4;
    public const int MAP_SHARED = 0x01;
    public const int MAP_PRIVATE = 0x02;
    public const int MAP_ANONYMOUS = 0x20;
    public const int MAP_POPULATE = 0x8000;

    public const int SIG_SETMASK = 2;
    public const int SYS_gettid = 186;
    public const int SYS_tgkill = 234;
    public const int EFD_CLOEXEC = 0x80000;
    public const int EFD_NONBLOCK = 0x800;
    public const int RUSAGE_THREAD = 1;
    public const int SCHED_OTHER = 0;
    public const int SCHED_FIFO = 1;
    public const int SCHED_BATCH = 3;
    public const int SCHED_IDLE = 5;

    // <linux/posix-timers.h>: the clock of a thread's CPU time is named by the thread's id.
    private const int CPUCLOCK_SCHED = 2;
    private const int CPUCLOCK_PERTHREAD_MASK = 4;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int fd, void* buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int fd, void* buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(int fd, nuint request, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    public static partial void* mmap(void* address, nint length, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int mprotect(void* address, nint length, int protection);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int munmap(void* address, nint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int mlock(void* address, nint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sched_setaffinity(int pid, nint size, ulong* mask);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sched_getaffinity(int pid, nint size, ulong* mask);

    [LibraryImport("libc")]
    public static partial int sched_getcpu();

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sched_setscheduler(int pid, int policy, int* priority);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint syscall(nint number, nint a, nint b, nint c);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getrusage(int who, RUsage* usage);

    [LibraryImport("libc")]
    public static partial int pthread_mutex_init(void* mutex, void* attributes);

    [LibraryImport("libc")]
    public static partial int pthread_mutex_lock(void* mutex);

    [LibraryImport("libc")]
    public static partial int pthread_mutex_unlock(void* mutex);

    [LibraryImport("libc")]
    public static partial int pthread_mutex_destroy(void* mutex);

    [LibraryImport("libc")]
    public static partial int pthread_rwlock_init(void* rwlock, void* attributes);

    [LibraryImport("libc")]
    public static partial int pthread_rwlock_wrlock(void* rwlock);

    [LibraryImport("libc")]
    public static partial int pthread_rwlock_unlock(void* rwlock);

    [LibraryImport("libc")]
    public static partial int pthread_rwlock_destroy(void* rwlock);

    /// <summary>Returns the error instead of setting errno.</summary>
    [LibraryImport("libc")]
    public static partial int pthread_sigmask(int how, SignalSet* set, SignalSet* old);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sigaction(int signal, SignalAction* action, SignalAction* old);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mount(string source, string target, string type, nuint flags, string? data);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int clock_gettime(int clock, TimeSpec* time);

    /// <summary>How long a thread has run; time in which others had the CPU, the hypervisor above included, does not count.</summary>
    public static TimeSpan ThreadCpuTime(int threadId)
    {
        TimeSpec time;
        if (clock_gettime(~threadId << 3 | CPUCLOCK_PERTHREAD_MASK | CPUCLOCK_SCHED, &time) != 0)
            throw SystemCallException.Last("clock_gettime", "");
        return new TimeSpan(time.Seconds * TimeSpan.TicksPerSecond + time.Nanoseconds / TimeSpan.NanosecondsPerTick);
    }

    public static int GetThreadId() => (int)syscall(SYS_gettid, 0, 0, 0);
}
