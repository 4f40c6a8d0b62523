using System.Buffers.Binary;
using System.Text;

namespace ExitProf.Hosts;

/// <summary>A command on its way into an emulated host: its arguments, each ended by 0.</summary>
internal static class MailboxCommand
{
    public static byte[] Encode(IEnumerable<string> arguments)
    {
        string[] all = [.. arguments];
        if (all.FirstOrDefault(a => a.Contains('\0', StringComparison.Ordinal)) is { } bad) throw new HostException(
            $"The argument '{bad.Replace("\0", "\\0", StringComparison.Ordinal)}' holds a character that no command line has.");
        return Encoding.UTF8.GetBytes(string.Concat(all.Select(a => a + "\0")));
    }

    public static string[] Decode(ReadOnlySpan<byte> contents)
    {
        string text = Encoding.UTF8.GetString(contents);
        return text.Length == 0 ? [] : text[..^1].Split('\0');
    }

    /// <summary>Writes the file that becomes the shared memory, with the command in it.</summary>
    public static void WriteMailbox(string path, ReadOnlySpan<byte> command)
    {
        using FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(MailboxLayout.Bytes);
        Deliver(file, command);
    }

    /// <summary>Hands a command to a guest that waits, whose memory the file is.</summary>
    public static void Deliver(FileStream mailbox, ReadOnlySpan<byte> command)
    {
        if (command.Length > MailboxLayout.MostContents) throw new HostException(
            $"A command of {command.Length} bytes does not fit into the mailbox.");
        mailbox.Position = MailboxLayout.ContentsOffset;
        mailbox.Write(command);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, command.Length);
        mailbox.Position = MailboxLayout.LengthOffset;
        mailbox.Write(number);
        mailbox.Flush();
        // The state comes last: the guest looks at nothing else before.
        BinaryPrimitives.WriteInt32LittleEndian(number, (int)MailboxState.Command);
        mailbox.Position = MailboxLayout.StateOffset;
        mailbox.Write(number[..4]);
        mailbox.Flush();
    }
}
