namespace ExitProf.Vmm;

/// <summary>errno values of Linux on x86-64 (include/uapi/asm-generic/errno-base.h, errno.h) that the calls made here can return.</summary>
public static class ErrnoNames
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int ENXIO = 6;
    public const int E2BIG = 7;
    public const int EAGAIN = 11;
    public const int EACCES = 13;
    public const int EBUSY = 16;
    public const int EEXIST = 17;
    public const int ENODEV = 19;
    public const int EINVAL = 22;

    public static string Name(int errno) => errno switch
    {
        EPERM => nameof(EPERM),
        ENOENT => nameof(ENOENT),
        3 => "ESRCH",
        EINTR => nameof(EINTR),
        5 => "EIO",
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
        20 => "ENOTDIR",
        21 => "EISDIR",
        EINVAL => nameof(EINVAL),
        23 => "ENFILE",
        24 => "EMFILE",
        25 => "ENOTTY",
        26 => "ETXTBSY",
        27 => "EFBIG",
        28 => "ENOSPC",
        30 => "EROFS",
        38 => "ENOSYS",
        95 => "EOPNOTSUPP",
        110 => "ETIMEDOUT",
        122 => "EDQUOT",
        _ => $"errno {errno}",
    };
}
