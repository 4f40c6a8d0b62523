using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using ExitProf.Linux;
using ExitProf.Vmm;

namespace ExitProf.Benchmarks;

/// <summary>
/// What the VMM does for an emulated instruction before it emulates it, with warm caches: fetch by walking four levels of page tables,
/// decode, and the lookup that saves both. Behind a real exit all of it finds its caches cold; that is what the steps of <c>icache-hot</c>
/// show.
/// </summary>
internal sealed unsafe class InstructionCost : IBenchmark
{
    private const int Blocks = 400;
    private const int Turns = 500;
    private const int Instructions = 64;
    private const ulong Linear = 0x40000000;

    public string Name => "instruction";

    public IEnumerable<BenchmarkRow> Run(BenchmarkHost host)
    {
        using var memory = new LockedMemory(8 * PageWalk.PageBytes);
        var slots = new GuestMemory();
        slots.Add(new MemorySlot(0, 0, memory, ReadOnly: false));
        Fill(memory.Span);
        var bench = new Bench(slots);
        using var thread = new VcpuThread(host.Cpu);
        double[] fetch = [], decode = [], both = [], hit = [], miss = [];
        thread.Invoke(() =>
        {
            fetch = Measure(bench.Fetch);
            decode = Measure(bench.Decode);
            both = Measure(bench.FetchAndDecode);
            hit = Measure(bench.Hit);
            miss = Measure(bench.Miss);
        });
        string detail = $"{Blocks} blocks of {Turns} turns over {Instructions} instructions";
        yield return BenchmarkRow.Of(
            Name + "-fetch",
            "fetch of an instruction by a walk of four levels",
            "",
            "cycles",
            RankEstimate.Centre(fetch),
            null,
            detail
        );
        yield return BenchmarkRow.Of(
            Name + "-decode",
            "decode and translation of its operands",
            "",
            "cycles",
            RankEstimate.Centre(decode),
            null,
            detail
        );
        yield return BenchmarkRow.Of(
            Name + "-uncached",
            "fetch and decode of an instruction",
            "",
            "cycles",
            RankEstimate.Centre(both),
            1500,
            detail
        );
        yield return BenchmarkRow.Of(
            Name + "-hit",
            "the same from the instruction cache, its bytes compared",
            "",
            "cycles",
            RankEstimate.Centre(hit),
            60,
            detail
        );
        yield return BenchmarkRow.Of(Name + "-miss", "a lookup that finds nothing", "", "cycles", RankEstimate.Centre(miss), null, detail);
    }

    private static double[] Measure(Action<int> turns)
    {
        var cycles = new double[Blocks];
        // The libraries' code is compiled twice: the second time a tenth of a second after it was called often.
        long until = Environment.TickCount64 + 400;
        while (Environment.TickCount64 < until) turns(Turns);
        for (int i = 0; i < Blocks; i++)
        {
            ulong start = Tsc.Read();
            turns(Turns);
            cycles[i] = (Tsc.Read() - start) / (double)Turns;
        }
        return cycles;
    }

    /// <summary>Tables in pages 1 to 4 that lead to page 5, where <c>popcnt ebx, [rcx]</c> stands every 16 bytes.</summary>
    private static void Fill(Span<byte> memory)
    {
        const ulong Table = 0x27, Leaf = 0x67;
        Entry(memory, 0x1000, 0x2000 | Table);
        Entry(memory, 0x2008, 0x3000 | Table);
        Entry(memory, 0x3000, 0x4000 | Table);
        Entry(memory, 0x4000, 0x5000 | Leaf);
        for (int i = 0; i < Instructions; i++) ((ReadOnlySpan<byte>)[0xf3, 0x0f, 0xb8, 0x19, 0xc3]).CopyTo(memory[(0x5000 + 16 * i)..]);
    }

    private static void Entry(Span<byte> memory, int address, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(memory[address..], value);

    private sealed class Bench
    {
        private readonly InstructionFetch fetch;
        private readonly InstructionDecoder decoder = new();
        private readonly InstructionCache cache = new(1024, withPlaces: false);
        private readonly PagingMode mode = new(0x1000, PagingFlags.User | PagingFlags.NoExecute | PagingFlags.WriteProtect);
        private readonly InstructionBytes bytes;

        public Bench(GuestMemory memory)
        {
            fetch = new InstructionFetch(memory, new PageWalk(memory, 46, hugePages: true));
            for (int i = 0; i < Instructions; i++)
            {
                Check(
                    fetch.Fetch(mode, Rip(i), out bytes, out _) == FetchResult.Fetched
                        && decoder.Decode(bytes, Rip(i), out EmulatedInstruction decoded) == DecodeResult.Decoded
                        && cache.Insert(Key(i), decoded, bytes) >= 0
                );
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Fetch(int turns)
        {
            for (int i = 0; i < turns; i++) Check(fetch.Fetch(mode, Rip(i), out _, out _) == FetchResult.Fetched);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Decode(int turns)
        {
            for (int i = 0; i < turns; i++) Check(decoder.Decode(bytes, Rip(i), out _) == DecodeResult.Decoded);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void FetchAndDecode(int turns)
        {
            for (int i = 0; i < turns; i++)
                Check(
                    fetch.Fetch(mode, Rip(i), out InstructionBytes found, out _) == FetchResult.Fetched
                        && decoder.Decode(found, Rip(i), out _) == DecodeResult.Decoded
                );
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Hit(int turns)
        {
            for (int i = 0; i < turns; i++)
            {
                int found = cache.Find(Key(i));
                Check(found >= 0 && cache[found].HasBytes(bytes.Vector));
                cache.Hit(found);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Miss(int turns)
        {
            for (int i = 0; i < turns; i++) Check(cache.Find(Key(i) with { Cr3 = 1 }) < 0);
        }

        private static ulong Rip(int i) => Linear + (ulong)(i % Instructions * 16);

        private static InstructionKey Key(int i) => new(Rip(i), 0x1000, PagingFlags.User);

        private static void Check(bool right)
        {
            if (!right) throw new InvalidOperationException("the instruction is not what it should be");
        }
    }
}
