namespace ExitProf.Vmm;

/// <summary>The parts of a native loop, in the order in which it does them.</summary>
internal static class LoopPartList
{
    public static ILoopPart[] Make(LoopParts parts)
    {
        var made = new List<ILoopPart>();
        Add<WrittenPart>(LoopParts.Written);
        Add<BusLookupWork.Loop>(LoopParts.BusLookup);
        Add<TransferWork.Loop>(LoopParts.Transfer);
        Add<CopyWork.Loop>(LoopParts.Copy);
        Add<DelayWork.Loop>(LoopParts.Delay);
        Add<SetStateWork.Loop>(LoopParts.SetState);
        Add<ReflectWork.Loop>(LoopParts.Reflect);
        Add<OtherThreadWork.Loop>(LoopParts.OtherThread);
        Add<VectorWork.Loop>(LoopParts.Vectors);
        return [.. made];

        void Add<T>(LoopParts part) where T : ILoopPart, new()
        {
            if (parts.HasFlag(part)) made.Add(new T());
        }
    }
}
