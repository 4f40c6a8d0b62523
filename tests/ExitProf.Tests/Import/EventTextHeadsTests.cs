using ExitProf.Traces;

namespace ExitProf.Tests.Import;

/// <summary>Heads of lines that are kept say what reading them says.</summary>
public sealed class EventTextHeadsTests
{
    [Fact]
    public void A_kept_head_says_what_reading_it_says_in_every_line_of_the_samples()
    {
        var kept = new EventTextHeads();
        int compared = 0;
        // The second time all heads that can be kept are there.
        for (int pass = 0; pass < 2; pass++)
        {
            foreach (string file in Directory.GetFiles(ImportedText.Folder, "*.txt", SearchOption.AllDirectories))
            {
                ReadOnlySpan<byte> text = File.ReadAllBytes(file);
                foreach (Range line in text.Split((byte)'\n'))
                {
                    bool found = EventTextRecord.TryParse(text[line], kept, out var again);
                    Assert.Equal(EventTextRecord.TryParse(text[line], new EventTextHeads(), out var fresh), found);
                    if (!found) continue;
                    compared++;
                    Assert.Equal((fresh.Thread, fresh.Process, fresh.Cpu, fresh.InterruptsOff, fresh.HasWallClock),
                        (again.Thread, again.Process, again.Cpu, again.InterruptsOff, again.HasWallClock));
                    Assert.True(fresh.Comm.SequenceEqual(again.Comm));
                }
            }
        }
        Assert.True(compared > 400, $"{compared} lines");
    }

    [Fact]
    public void A_head_with_another_thread_at_the_same_place_is_not_taken_for_it()
    {
        var heads = new EventTextHeads();
        for (int thread = 0; thread < 20_000; thread++)
        {
            string line = $"       CPU 0/KVM-{thread,-7} [{thread % 8:000}] d..1. 12.000001: kvm_entry: vcpu 0";
            Assert.True(EventTextRecord.TryParse(System.Text.Encoding.ASCII.GetBytes(line), heads, out var record));
            Assert.Equal((thread, thread % 8), (record.Thread, record.Cpu));
        }
    }
}
