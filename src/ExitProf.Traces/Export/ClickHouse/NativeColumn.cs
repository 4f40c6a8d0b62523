using System.Runtime.InteropServices;
using System.Text;

namespace ExitProf.Traces;

/// <summary>A column of a <see cref="NativeBlock"/>: its name and type, and one value for each row that was added.</summary>
public abstract class NativeColumn
{
    private NativeColumn(string name, string type) => (Name, Type) = (name, type);

    public string Name { get; }

    /// <summary>As the server's CREATE TABLE spells it.</summary>
    public string Type { get; }

    /// <summary>Values that were added since it was cleared.</summary>
    public abstract int Count { get; }

    internal abstract void Write(Stream stream);

    internal abstract void Clear();

    private static void Write<T>(Stream stream, ReadOnlySpan<T> values)
        where T : unmanaged => stream.Write(MemoryMarshal.AsBytes(values));

    private static void Write(Stream stream, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        WriteVarint(stream, (uint)bytes.Length);
        stream.Write(bytes);
    }

    internal static void WriteVarint(Stream stream, uint value)
    {
        for (; value >= 0x80; value >>= 7) stream.WriteByte((byte)(value | 0x80));
        stream.WriteByte((byte)value);
    }

    /// <summary>Writes name and type, which stand before the values.</summary>
    internal void WriteHead(Stream stream)
    {
        Write(stream, Name);
        Write(stream, Type);
    }

    /// <summary>Values that grow and are kept for the next block.</summary>
    private struct GrowingList<T>()
        where T : unmanaged
    {
        private T[] items = [];

        public int Count { get; private set; }

        public readonly ReadOnlySpan<T> Span => items.AsSpan(0, Count);

        public void Add(T item)
        {
            if (Count == items.Length) Array.Resize(ref items, Math.Max(256, Count * 2));
            items[Count++] = item;
        }

        public void Clear() => Count = 0;
    }

    /// <summary>Numbers of a fixed width; little endian, as they are in memory.</summary>
    public sealed class NumberColumn<T>(string name, string type) : NativeColumn(name, type)
        where T : unmanaged
    {
        private GrowingList<T> values = new();

        public override int Count => values.Count;

        public void Add(T value) => values.Add(value);

        internal override void Write(Stream stream) => Write(stream, values.Span);

        internal override void Clear() => values.Clear();
    }

    /// <summary>Numbers that may be missing.</summary>
    public sealed class OptionalColumn<T>(string name, string type) : NativeColumn(name, $"Nullable({type})")
        where T : unmanaged
    {
        private GrowingList<byte> missing = new();
        private GrowingList<T> values = new();

        public override int Count => values.Count;

        public void Add(T? value)
        {
            missing.Add(value is null ? (byte)1 : (byte)0);
            values.Add(value.GetValueOrDefault());
        }

        internal override void Write(Stream stream)
        {
            Write(stream, missing.Span);
            Write(stream, values.Span);
        }

        internal override void Clear()
        {
            missing.Clear();
            values.Clear();
        }
    }

    /// <summary>Texts of which few are different: each stands once in a block, rows have its number.</summary>
    /// <remarks>
    /// As the server writes <c>LowCardinality(String)</c> (its source: DataTypeLowCardinality, SerializationLowCardinality): a version, 1;
    /// flags and the width of a number; how many texts, the texts, the first of them empty; how many rows, their numbers.
    /// </remarks>
    public sealed class TextColumn(string name) : NativeColumn(name, "LowCardinality(String)")
    {
        private const ulong Version = 1;

        /// <summary>The texts stand in the block itself; no dictionary of an earlier one is used.</summary>
        private const ulong OwnTexts = 0x600;

        private readonly Dictionary<string, uint> numbers = new(StringComparer.Ordinal) { [""] = 0 };
        private readonly List<string> texts = [""];
        private GrowingList<uint> rows = new();
        private string last = "";
        private uint lastNumber;

        public override int Count => rows.Count;

        public void Add(string text)
        {
            if (!ReferenceEquals(text, last))
            {
                if (!numbers.TryGetValue(text, out lastNumber))
                {
                    numbers.Add(text, lastNumber = (uint)texts.Count);
                    texts.Add(text);
                }
                last = text;
            }
            rows.Add(lastNumber);
        }

        internal override void Write(Stream stream)
        {
            ulong width = texts.Count <= byte.MaxValue + 1 ? 0UL : texts.Count <= ushort.MaxValue + 1 ? 1UL : 2UL;
            Write(stream, [Version, OwnTexts | width, (ulong)texts.Count]);
            foreach (string text in texts) Write(stream, text);
            Write(stream, [(ulong)rows.Count]);
            switch (width)
            {
                case 0: WriteNarrow(stream, n => (byte)n); break;
                case 1: WriteNarrow(stream, n => (ushort)n); break;
                default: Write(stream, rows.Span); break;
            }
        }

        private void WriteNarrow<T>(Stream stream, Func<uint, T> narrow)
            where T : unmanaged
        {
            var narrowed = new T[rows.Count];
            for (int i = 0; i < narrowed.Length; i++) narrowed[i] = narrow(rows.Span[i]);
            Write(stream, (ReadOnlySpan<T>)narrowed);
        }

        internal override void Clear()
        {
            rows.Clear();
            numbers.Clear();
            numbers.Add("", 0);
            texts.Clear();
            texts.Add("");
            (last, lastNumber) = ("", 0);
        }
    }

    /// <summary>Texts that are mostly different.</summary>
    public sealed class FreeTextColumn(string name) : NativeColumn(name, "String")
    {
        private readonly List<string> texts = [];

        public override int Count => texts.Count;

        public void Add(string text) => texts.Add(text);

        internal override void Write(Stream stream)
        {
            foreach (string text in texts) Write(stream, text);
        }

        internal override void Clear() => texts.Clear();
    }

    /// <summary>Several numbers in each row.</summary>
    public sealed class NumberListColumn<T>(string name, string type) : NativeColumn(name, $"Array({type})")
        where T : unmanaged
    {
        private GrowingList<ulong> ends = new();
        private GrowingList<T> values = new();

        public override int Count => ends.Count;

        public void Add(ReadOnlySpan<T> row)
        {
            foreach (T value in row) values.Add(value);
            ends.Add((ulong)values.Count);
        }

        internal override void Write(Stream stream)
        {
            Write(stream, ends.Span);
            Write(stream, values.Span);
        }

        internal override void Clear()
        {
            ends.Clear();
            values.Clear();
        }
    }

    /// <summary>Several texts in each row.</summary>
    public sealed class TextListColumn(string name) : NativeColumn(name, "Array(String)")
    {
        private readonly List<string> texts = [];
        private GrowingList<ulong> ends = new();

        public override int Count => ends.Count;

        public void Add(IEnumerable<string> row)
        {
            texts.AddRange(row);
            ends.Add((ulong)texts.Count);
        }

        internal override void Write(Stream stream)
        {
            Write(stream, ends.Span);
            foreach (string text in texts) Write(stream, text);
        }

        internal override void Clear()
        {
            ends.Clear();
            texts.Clear();
        }
    }
}
