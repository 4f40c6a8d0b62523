using System.Formats.Tar;
using ExitProf.Hosts;

namespace ExitProf.Tests.Hosts;

/// <summary>The memory that host and guest share, with a file in the place of the device.</summary>
public sealed class MailboxTests
{
    [Fact]
    public void A_command_arrives_as_it_was_sent_and_results_come_back()
    {
        using var folder = new TemporaryFolder();
        string[] sent = ["record", "pio-out", "--set", "a=b c", "", "ü"];
        MailboxCommand.WriteMailbox(folder["mailbox"], MailboxCommand.Encode(sent));
        using (GuestMailbox guest = GuestMailbox.OpenFile(folder["mailbox"]))
        {
            Assert.Equal(sent, guest.WaitForCommand());
            guest.Put([7, 8, 9]);
        }
        byte[] memory = File.ReadAllBytes(folder["mailbox"]);
        Assert.Equal((MailboxState.Results, 3L), ((MailboxState)BitConverter.ToInt32(memory), BitConverter.ToInt64(memory, 8)));
        Assert.Equal([7, 8, 9], memory[4096..4099]);
    }

    [Fact]
    public void A_guest_gives_itself_a_command_as_the_outer_machine_would()
    {
        using var folder = new TemporaryFolder();
        string[] sent = ["record", "pio-out", "--fact", "boot=warm-up"];
        MailboxCommand.WriteMailbox(folder["outside"], MailboxCommand.Encode(sent));
        File.Copy(folder["outside"], folder["inside"]);
        using (GuestMailbox guest = GuestMailbox.OpenFile(folder["inside"]))
        {
            guest.Put([]);
            guest.Deliver(sent);
            Assert.Equal(sent, guest.WaitForCommand());
        }
        Assert.Equal(File.ReadAllBytes(folder["outside"]), File.ReadAllBytes(folder["inside"]));
    }

    [Fact]
    public async Task A_guest_that_waits_gets_a_command_that_comes_later()
    {
        using var folder = new TemporaryFolder();
        using FileStream host = new(folder["mailbox"], FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite);
        host.SetLength(MailboxLayout.Bytes);
        using GuestMailbox guest = GuestMailbox.OpenFile(folder["mailbox"]);
        guest.SayReady();
        Task<string[]> command = Task.Run(guest.WaitForCommand);
        MailboxCommand.Deliver(host, MailboxCommand.Encode(["list"]));
        Assert.Equal(["list"], await command);
    }

    [Fact]
    public void No_arguments_are_a_command_too() => Assert.Empty(MailboxCommand.Decode(MailboxCommand.Encode([])));

    [Fact]
    public void Results_come_back_with_exit_code_texts_and_files_and_always_as_the_same_bytes()
    {
        var result = new HostResult(3, "out", "err\nor", new Dictionary<string, byte[]> { ["t.nettrace"] = [1, 2, 3], ["a.json"] = [] });
        HostResult back = HostResult.Decode(result.Encode());
        Assert.Equal((3, "out", "err\nor"), (back.ExitCode, back.Output, back.Error));
        Assert.Equal(["a.json", "t.nettrace"], back.Files.Keys.Order());
        Assert.Equal([1, 2, 3], back.Files["t.nettrace"]);
        Assert.Equal(result.Encode(), result.Encode());
    }

    [Fact]
    public void Rubbish_is_refused_and_never_a_crash()
    {
        byte[] good = new HostResult(0, "", "", new Dictionary<string, byte[]> { ["t"] = new byte[2000] }).Encode();
        var random = new Random(1);
        for (int i = 0; i < 400; i++)
        {
            byte[] bad = (byte[])good.Clone();
            for (int j = random.Next(1, 20); j > 0; j--) bad[random.Next(bad.Length)] = (byte)random.Next(256);
            if (i % 2 == 1) bad = bad[..random.Next(bad.Length)];
            try
            {
                _ = HostResult.Decode(bad);
            }
            catch (HostException e)
            {
                Assert.Contains("cannot be read", e.Message);
            }
        }
        Assert.Throws<HostException>(() => HostResult.Decode([]));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("files/../../outside")]
    [InlineData("files/.hidden")]
    public void A_name_that_leads_elsewhere_is_refused(string name)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream("x"u8.ToArray()) });
        }
        Assert.Throws<HostException>(() => HostResult.Decode(stream.ToArray()));
    }
}
