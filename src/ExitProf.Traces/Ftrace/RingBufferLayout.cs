namespace ExitProf.Traces;

/// <summary>Where the parts of a ring-buffer page (a sub-buffer) are, in bytes, as <c>events/header_page</c> of tracefs says.</summary>
/// <param name="CommitSize">4 on 32-bit kernels, 8 on 64-bit ones.</param>
/// <param name="DataSize">Room for events; with <see cref="DataOffset"/> the size of a page.</param>
/// <param name="IsBigEndian">The pages are of a machine that has the upper byte of a number first.</param>
public sealed record RingBufferLayout(int TimestampOffset, int CommitOffset, int CommitSize, int DataOffset, int DataSize,
    bool IsBigEndian = false)
{
    /// <summary>A 64-bit kernel with sub-buffers of one page of 4 KiB.</summary>
    public static RingBufferLayout Default { get; } = new(0, 8, 8, 16, 4080);

    /// <summary>What one read of trace_pipe_raw gives. <c>buffer_subbuf_size_kb</c> changes it.</summary>
    public int PageBytes => DataOffset + DataSize;

    /// <param name="headerPage">The text of events/header_page; null or empty gives <see cref="Default"/>.</param>
    /// <exception cref="FormatException">The text is not a page's description, or no page can look like that.</exception>
    public static RingBufferLayout Parse(string? headerPage)
    {
        if (string.IsNullOrWhiteSpace(headerPage)) return Default;
        EventField? timestamp = null, commit = null, data = null;
        int number = 0;
        foreach (var line in headerPage.AsSpan().EnumerateLines())
        {
            number++;
            if (line.Trim().IsEmpty) continue;
            var field = EventField.Parse(line, number);
            switch (field.Name)
            {
                case "timestamp": timestamp = field; break;
                case "commit": commit = field; break;
                case "data": data = field; break;
            }
        }
        if (timestamp is null || commit is null || data is null)
            throw new FormatException("header_page lacks one of its fields timestamp, commit and data.");
        bool possible =
            timestamp.Size == 8
            && commit.Size is 4 or 8
            && data.Size >= 8
            && timestamp.Offset + timestamp.Size <= data.Offset
            && commit.Offset + commit.Size <= data.Offset;
        if (!possible)
            throw new FormatException("header_page describes a page that cannot be: its fields have wrong sizes or overlap.");
        return new RingBufferLayout(timestamp.Offset, commit.Offset, commit.Size, data.Offset, data.Size);
    }
}
