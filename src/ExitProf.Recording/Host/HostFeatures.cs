using System.Runtime.Intrinsics.X86;
using ExitProf.Linux;

namespace ExitProf.Recording;

/// <summary>What of a host decides whether a scenario can run there.</summary>
/// <param name="Cpus">CPUs that this process may use.</param>
/// <param name="Avx">True if CPU and kernel have AVX.</param>
/// <param name="Avx512">True if CPU and kernel have AVX-512.</param>
/// <param name="WalkWrites">See <see cref="KvmPagingDetection.WalkWrites"/>.</param>
public sealed record HostFeatures(int Cpus, bool Avx, bool Avx512, KvmPaging Paging, bool WalkWrites)
{
    /// <summary>Those of this host.</summary>
    public static HostFeatures Detect()
    {
        KvmPaging paging = KvmPagingDetection.Detect(KvmBackend.Detect());
        return new(
            CpuSet.Allowed().Count,
            System.Runtime.Intrinsics.X86.Avx.IsSupported,
            Avx512F.IsSupported,
            paging,
            KvmPagingDetection.WalkWrites(paging)
        );
    }
}
