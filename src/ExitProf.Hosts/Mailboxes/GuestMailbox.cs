using System.Globalization;
using System.IO.MemoryMappedFiles;

namespace ExitProf.Hosts;

/// <summary>The guest's side of the mailbox: sysfs shows a device's memory as a file that can be mapped.</summary>
internal sealed class GuestMailbox : IDisposable
{
    private const string Devices = "/sys/bus/pci/devices";
    private const int PauseMilliseconds = 5;
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;

    private GuestMailbox(MemoryMappedFile file)
    {
        this.file = file;
        view = file.CreateViewAccessor(0, MailboxLayout.Bytes);
    }

    /// <exception cref="HostException">The machine has no such device.</exception>
    public static GuestMailbox Open()
    {
        string folder = (Directory.Exists(Devices) ? Directory.GetDirectories(Devices) : [])
            .FirstOrDefault(d => Number(d, "vendor") == MailboxLayout.Vendor && Number(d, "device") == MailboxLayout.Device)
            ?? throw new HostException("This is no emulated host of ExitProf: it has no PCI device ivshmem; a kernel needs PCI and "
                + "sysfs for it.");
        File.WriteAllText(Path.Combine(folder, "enable"), "1");
        return OpenFile(Path.Combine(folder, $"resource{MailboxLayout.Bar}"));
    }

    /// <summary>Any file of the right length will do.</summary>
    public static GuestMailbox OpenFile(string path) =>
        new(MemoryMappedFile.CreateFromFile(new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite), null,
            MailboxLayout.Bytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false));

    public void SayReady() => view.Write(MailboxLayout.StateOffset, (int)MailboxState.Ready);

    /// <summary>Waits, without end: an emulated host does nothing else.</summary>
    public string[] WaitForCommand()
    {
        while (view.ReadInt32(MailboxLayout.StateOffset) != (int)MailboxState.Command) Thread.Sleep(PauseMilliseconds);
        long length = view.ReadInt64(MailboxLayout.LengthOffset);
        if (length is < 0 or > MailboxLayout.MostContents) throw new HostException($"The mailbox names a length of {length} bytes.");
        byte[] contents = new byte[length];
        view.ReadArray(MailboxLayout.ContentsOffset, contents, 0, contents.Length);
        return MailboxCommand.Decode(contents);
    }

    /// <summary>Puts a command there from this side, as the outer machine would.</summary>
    public void Deliver(IEnumerable<string> arguments) => Write(MailboxCommand.Encode(arguments), MailboxState.Command);

    public void Put(byte[] results) => Write(results, MailboxState.Results);

    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }

    private void Write(byte[] contents, MailboxState state)
    {
        view.WriteArray(MailboxLayout.ContentsOffset, contents, 0, contents.Length);
        view.Write(MailboxLayout.LengthOffset, (long)contents.Length);
        view.Write(MailboxLayout.StateOffset, (int)state);
    }

    private static int Number(string device, string name) =>
        int.TryParse(File.ReadAllText(Path.Combine(device, name)).Trim().Replace("0x", "", StringComparison.Ordinal),
            NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int value) ? value : -1;
}
