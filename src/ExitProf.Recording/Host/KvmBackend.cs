using ExitProf.Linux;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>Which part of KVM switches worlds here: the vendor module that is loaded (built-in ones show in sysfs as well).</summary>
public static class KvmBackend
{
    private static readonly (string Module, Backend Backend)[] Modules =
    [
        ("kvm_pvm", Backend.Pvm),
        ("kvm_intel", Backend.Vmx),
        ("kvm_amd", Backend.Svm),
    ];

    public static Backend Detect(string sysModule = "/sys/module")
    {
        foreach ((string module, Backend backend) in Modules)
        {
            if (Directory.Exists(Path.Combine(sysModule, module))) return backend;
        }
        return Backend.Unknown;
    }

    /// <summary>
    /// Parameters of kvm and its vendor module as "module.name" and value, sorted; those that cannot be read are left out.
    /// </summary>
    public static IEnumerable<Fact> Parameters(string sysModule = "/sys/module")
    {
        foreach (string module in (string[])["kvm", .. Modules.Select(m => m.Module)])
        {
            string directory = Path.Combine(sysModule, module, "parameters");
            if (!Directory.Exists(directory)) continue;
            foreach (string file in Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal))
            {
                if (Sysfs.ReadLine(file) is { } value) yield return new Fact($"{module}.{Path.GetFileName(file)}", value);
            }
        }
    }
}
