namespace ExitProf.Analysis;

/// <summary>
/// The blocks of the quad under way: the unit of an interleaved comparison, four neighbouring blocks, two of each side. It keeps its memory
/// from one quad to the next.
/// </summary>
internal sealed class OpenQuad
{
    public const int Blocks = 4;

    /// <summary>Bits of a stage: a block has it, a joined block has it too, some block had it.</summary>
    private const int All = (1 << Blocks) - 1, Joined = All << Blocks, Touched = 1 << (2 * Blocks);

    private readonly OpenBlock[] blocks = new OpenBlock[Blocks];
    private readonly List<int> touched = [];

    /// <summary>By number of a stage or step.</summary>
    private ushort[] present = [];
    private double[] medians = [];
    private int[] exits = [];

    /// <summary>Blocks so far, also those beyond four.</summary>
    public int Count { get; private set; }

    /// <summary>Stages and steps that some block has.</summary>
    public IReadOnlyList<int> Stages => touched;

    /// <summary>
    /// False if blocks are missing, or if one has no median that a logarithm can be taken of: then the whole quad counts for nothing, on
    /// both sides.
    /// </summary>
    public bool IsWhole
    {
        get
        {
            if (Count != Blocks) return false;
            int changed = 0;
            foreach (OpenBlock block in blocks)
            {
                if (!(block.Median > 0 && double.IsFinite(block.Median))) return false;
                if (block.New) changed++;
            }
            return changed == Blocks / 2;
        }
    }

    /// <param name="figures">Takes the medians of the base's blocks, then of the new side's.</param>
    /// <returns>Exits of the new side.</returns>
    public long Totals(Span<double> figures)
    {
        long sum = 0;
        for (int i = 0, old = 0, changed = Blocks / 2; i < Blocks; i++)
        {
            figures[blocks[i].New ? changed++ : old++] = blocks[i].Median;
            if (blocks[i].New) sum += blocks[i].Exits;
        }
        return sum;
    }

    /// <returns>Whether all four blocks have it.</returns>
    /// <inheritdoc cref="Totals"/>
    public bool Stage(int number, Span<double> figures, out long newExits)
    {
        newExits = 0;
        if ((present[number] & All) != All) return false;
        for (int i = 0, old = 0, changed = Blocks / 2; i < Blocks; i++)
        {
            figures[blocks[i].New ? changed++ : old++] = medians[number * Blocks + i];
            if (blocks[i].New) newExits += exits[number * Blocks + i];
        }
        return true;
    }

    /// <param name="stages">Those of the block that ends; null if its stages are not to be used.</param>
    public void Add(OpenBlock block, BlockStages? stages)
    {
        int place = Count++;
        if (place >= Blocks) return;
        blocks[place] = block;
        if (stages is null) return;
        foreach (int number in stages.Filled)
        {
            Room(number);
            if (present[number] == 0) touched.Add(number);
            present[number] |= (ushort)(1 << place | Touched);
            (medians[number * Blocks + place], exits[number * Blocks + place]) = stages.Median(number);
        }
    }

    /// <summary>
    /// One vCPU more of the last block, which exited at the same time: one measurement. Means of the medians' logarithms, because
    /// those are what is compared.
    /// </summary>
    /// <param name="vcpus">How many it has without that one.</param>
    public void Join(OpenBlock block, int vcpus, BlockStages? stages)
    {
        int place = Count - 1;
        if (place >= Blocks) return;
        ref OpenBlock joined = ref blocks[place];
        joined = joined with { Exits = joined.Exits + block.Exits, Median = MeanOf(joined.Median, block.Median, vcpus) };
        // A stage that one of them lacks is of neither.
        foreach (int number in stages?.Filled ?? [])
        {
            if (number >= present.Length || (present[number] & 1 << place) == 0) continue;
            int at = number * Blocks + place;
            (double median, int count) = stages!.Median(number);
            medians[at] = (vcpus * medians[at] + median) / (vcpus + 1);
            exits[at] += count;
            present[number] |= (ushort)(1 << place << Blocks);
        }
        foreach (int number in touched)
        {
            if ((present[number] & 1 << place << Blocks) == 0) present[number] &= (ushort)~(1 << place);
            present[number] &= unchecked((ushort)~Joined);
        }
    }

    public void Clear()
    {
        foreach (int number in touched) present[number] = 0;
        touched.Clear();
        Count = 0;
    }

    private static double MeanOf(double all, double one, int vcpus) =>
        Math.Exp((vcpus * Math.Log(all) + Math.Log(one)) / (vcpus + 1));

    private void Room(int number)
    {
        if (number < present.Length) return;
        int length = Math.Max(number + 1, 2 * present.Length);
        Array.Resize(ref present, length);
        Array.Resize(ref medians, length * Blocks);
        Array.Resize(ref exits, length * Blocks);
    }
}
