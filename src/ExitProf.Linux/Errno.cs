namespace ExitProf.Linux;

/// <summary>errno values of Linux on x86-64 (include/uapi/asm-generic/errno-base.h, errno.h) that the calls made here can return.</summary>
public static class Errno
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int EIO = 5;
    public const int ENXIO = 6;
    public const int E2BIG = 7;
    public const int EAGAIN = 11;
    public const int EACCES = 13;
    public const int EBUSY = 16;
    public const int EEXIST = 17;
    public const int ENODEV = 19;
    public const int ENOTDIR = 20;
    public const int EISDIR = 21;
    public const int EINVAL = 22;
    public const int EMFILE = 24;
    public const int ENOTTY = 25;
    public const int EFBIG = 27;
    public const int ENOSPC = 28;
    public const int EROFS = 30;
    public const int EDQUOT = 122;

    /// <summary>What helps against <see cref="EMFILE"/>.</summary>
    public const string TooManyFilesRemedy = "raise the limit of open files (ulimit -n)";

    public static string Name(int errno) => errno switch
    {
        EPERM => nameof(EPERM),
        ENOENT => nameof(ENOENT),
        3 => "ESRCH",
        EINTR => nameof(EINTR),
        EIO => nameof(EIO),
        ENXIO => nameof(ENXIO),
        E2BIG => nameof(E2BIG),
        9 => "EBADF",
        EAGAIN => nameof(EAGAIN),
        12 => "ENOMEM",
        EACCES => nameof(EACCES),
        14 => "EFAULT",
        EBUSY => nameof(EBUSY),
        EEXIST => nameof(EEXIST),
        ENODEV => nameof(ENODEV),
        ENOTDIR => nameof(ENOTDIR),
        EISDIR => nameof(EISDIR),
        EINVAL => nameof(EINVAL),
        23 => "ENFILE",
        EMFILE => nameof(EMFILE),
        ENOTTY => nameof(ENOTTY),
        26 => "ETXTBSY",
        EFBIG => nameof(EFBIG),
        ENOSPC => nameof(ENOSPC),
        EROFS => nameof(EROFS),
        38 => "ENOSYS",
        40 => "ELOOP",
        95 => "EOPNOTSUPP",
        110 => "ETIMEDOUT",
        EDQUOT => nameof(EDQUOT),
        _ => $"errno {errno}",
    };
}
