using System.Text;
using ExitProf.Hosts;

namespace ExitProf.Tests.Hosts;

/// <summary>Which modules are loaded, in which order, from files that say what they need.</summary>
public sealed class ModuleClosureTests
{
    [Fact]
    public void What_a_module_needs_comes_before_it_and_once()
    {
        using var folder = new TemporaryFolder();
        Write(folder["kernel/kvm-amd.ko"], "kvm,ccp");
        Write(folder["kernel/kvm.ko"], "irqbypass");
        Write(folder["kernel/irqbypass.ko"], "");
        Write(folder["kernel/ccp.ko"], "irqbypass");
        Write(folder["kernel/unrelated.ko"], "kvm");
        Assert.Equal(["irqbypass", "kvm", "ccp", "kvm_amd"], Names(folder.Path));
    }

    [Fact]
    public void A_module_that_has_no_file_is_built_in()
    {
        using var folder = new TemporaryFolder();
        Write(folder["kvm-amd.ko"], "kvm,irqbypass");
        Assert.Equal(["kvm_amd"], Names(folder.Path));
        Assert.Empty(ModuleClosure.Of(["kvm_amd"], ModuleClosure.Index(Directory.CreateDirectory(folder["empty"]).FullName)));
    }

    [Fact]
    public void A_later_folder_replaces_a_module_and_what_it_needs()
    {
        using var folder = new TemporaryFolder();
        Write(folder["base/kvm.ko"], "irqbypass");
        Write(folder["base/irqbypass.ko"], "");
        Write(folder["base/more.ko"], "");
        Write(folder["over/deep/kvm.ko"], "more");
        IReadOnlyList<ModuleFile> modules = ModuleClosure.Of(["kvm"], ModuleClosure.Index(folder["base"], folder["over"]));
        Assert.Equal(["more", "kvm"], modules.Select(m => m.Name));
    }

    [Theory]
    [InlineData("arch/x86/kvm/kvm.ko\ndrivers/other.ko\n")]
    [InlineData("arch/x86/kvm/kvm.o\ndrivers/other.o\n")]
    public void A_built_tree_has_the_modules_that_it_lists_and_no_copies_of_earlier_builds(string list)
    {
        using var folder = new TemporaryFolder();
        Write(folder["arch/x86/kvm/kvm.ko"], "other");
        Write(folder["drivers/other.ko"], "");
        // What an earlier `make bindeb-pkg` left.
        Write(folder["debian/linux-image/lib/modules/6.1.0/kernel/arch/x86/kvm/kvm.ko"], "");
        Assert.Equal(["kvm"], Loaded());
        File.WriteAllText(folder["modules.order"], list);
        Assert.Equal(["other", "kvm"], Loaded());
        // A list that is older than what is there says nothing.
        File.WriteAllText(folder["modules.order"], list + "gone.ko\n");
        Assert.Equal(["kvm"], Loaded());

        IEnumerable<string> Loaded() => ModuleClosure.Of(["kvm"], ModuleClosure.Index(folder.Path)).Select(m => m.Name);
    }

    [Fact]
    public void A_circle_of_modules_ends()
    {
        using var folder = new TemporaryFolder();
        Write(folder["a.ko"], "b");
        Write(folder["b.ko"], "a");
        Assert.Equal(["b", "a"], ModuleClosure.Of(["a"], ModuleClosure.Index(folder.Path)).Select(m => m.Name));
    }

    [Fact]
    public void A_compressed_module_is_unpacked()
    {
        using var folder = new TemporaryFolder();
        Write(folder["kvm.ko"], "");
        byte[] plain = File.ReadAllBytes(folder["kvm.ko"]);
        ExitProfProcess.Shell($"gzip {folder["kvm.ko"]}").Succeeds();
        ModuleFile module = Assert.Single(ModuleClosure.Of(["kvm"], ModuleClosure.Index(folder.Path)));
        Assert.Equal(plain, module.Contents);
    }

    [Fact]
    public void A_file_that_is_no_module_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["kvm.ko"], "nothing");
        Assert.Contains(folder["kvm.ko"], Assert.Throws<HostException>(() => ModuleFile.Read(folder["kvm.ko"])).Message);
    }

    [Fact]
    public void Modules_of_another_kernel_are_refused_with_both_versions()
    {
        using var folder = new TemporaryFolder();
        Write(folder["kvm-amd.ko"], "", "6.12.1");
        var kernel = new HostKernel("6.1.0", "image", "origin", [folder.Path]);
        string message = Assert.Throws<HostException>(() => kernel.Modules(Virtualization.Svm, [])).Message;
        Assert.Contains("6.12.1", message);
        Assert.Contains("6.1.0", message);
        Assert.Contains("--modules", message);
    }

    [Fact]
    public void A_module_of_the_users_own_comes_last_with_its_parameters()
    {
        using var folder = new TemporaryFolder();
        Write(folder["k/kvm-amd.ko"], "");
        Write(folder["k/lib.ko"], "");
        Write(folder["plant.ko"], "lib");
        var kernel = new HostKernel("6.1.0", "image", "origin", [folder["k"]]);
        IReadOnlyList<(ModuleFile File, string Parameters)> modules =
            kernel.Modules(Virtualization.Svm, [ExtraModule.Parse(folder["plant.ko"] + ",rounds=100,symbol=x")]);
        Assert.Equal([("kvm_amd", ""), ("lib", ""), ("plant", "rounds=100 symbol=x")], modules.Select(m => (m.File.Name, m.Parameters)));
    }

    private static IEnumerable<string> Names(string folder) =>
        ModuleClosure.Of(["kvm_amd"], ModuleClosure.Index(folder)).Select(m => m.Name);

    /// <summary>As much of a module as is read: it begins like an ELF file, and somewhere lies its section of "name=value".</summary>
    private static void Write(string path, string depends, string release = "6.1.0")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Encoding.ASCII.GetBytes("\u007fELF some "
            + $"code\0license=GPL\0depends={depends}\0name=x\0vermagic={release} SMP preempt\0"));
    }
}
