namespace ExitProf.Hosts;

/// <summary>A CD that a BIOS boots a kernel from, by isolinux.</summary>
internal static class BootCd
{
    private const string Kernel = "vmlinuz";
    private const string InitialRoot = "initrd";
    private const string LoaderFolder = "isolinux";
    private const string Loader = LoaderFolder + "/isolinux.bin";

    /// <summary>What the boot loader reads.</summary>
    public static string LoaderConfiguration(string kernelCommandLine) =>
        $"""
        DEFAULT linux
        PROMPT 0
        LABEL linux
         KERNEL /{Kernel}
         APPEND initrd=/{InitialRoot} {kernelCommandLine}

        """;

    /// <summary>Writes the CD, by way of a folder beside it that goes again.</summary>
    /// <param name="initialRoot">Writes the kernel's first root, which is not compressed: unpacking it would take an emulated CPU longer
    /// than reading it.</param>
    public static void Write(string path, Bochs bochs, string kernel, string kernelCommandLine, Action<Stream> initialRoot,
        CancellationToken cancelled)
    {
        string tree = path + ".tree";
        Directory.CreateDirectory(Path.Combine(tree, LoaderFolder));
        File.Copy(kernel, Path.Combine(tree, Kernel));
        using (FileStream stream = File.Create(Path.Combine(tree, InitialRoot))) initialRoot(stream);
        File.Copy(bochs.BootLoader, Path.Combine(tree, Loader));
        File.Copy(bochs.BootLoaderLibrary, Path.Combine(tree, LoaderFolder, Path.GetFileName(bochs.BootLoaderLibrary)));
        File.WriteAllText(Path.Combine(tree, LoaderFolder, "isolinux.cfg"), LoaderConfiguration(kernelCommandLine));
        string[] options =
        [
            "-as", "mkisofs", "-quiet", "-o", path, "-b", Loader, "-c", LoaderFolder + "/boot.cat",
            // El Torito without emulation of a floppy: four sectors of 512 bytes are loaded, and the loader finds the rest by the table.
            "-no-emul-boot", "-boot-load-size", "4", "-boot-info-table", tree,
        ];
        string env = ToolRun.Find("env") ?? "env";
        ToolRun.Run(env, [.. bochs.Environment.Select(e => $"{e.Key}={e.Value}"), bochs.CdWriter, .. options], "/",
            reason => $"The CD that Bochs boots from cannot be written: {reason}; exitprof host forget bochs has it fetched again.",
            cancelled);
        Directory.Delete(tree, recursive: true);
    }
}
