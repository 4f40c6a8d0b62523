namespace ExitProf.Vmm;

/// <summary>How a cached instruction is kept right when the guest changes its code or its page tables.</summary>
public enum Coherence
{
    /// <summary>A hit compares its bytes with those that KVM handed over with the exit. Nothing is protected.</summary>
    VerifyBytes,

    /// <summary>
    /// A page with cached instructions is a read-only memory slot: a store to it exits, is carried out, and drops the instructions that it
    /// changes. Page tables may change unseen, so a hit translates RIP again.
    /// </summary>
    WriteProtectCode,

    /// <summary>The page tables that the fetch went through are protected too, as bhyve had it: a hit does nothing but look.</summary>
    WriteProtectCodeAndTables,
}

/// <summary>Where the bytes of an instruction come from.</summary>
public enum FetchBy
{
    /// <summary>The VMM walks the guest's page tables, as bhyve did.</summary>
    Walk,

    /// <summary>KVM has fetched them already and hands them over with the exit.</summary>
    KernelBytes,
}

/// <summary>What of the emulation can be changed from block to block.</summary>
public readonly record struct EmulationSettings(bool Cache, FetchBy Fetch);

/// <summary>What a VM is made with.</summary>
/// <param name="Entries">The most instructions that the cache keeps.</param>
/// <param name="ShadowPaging">Whether KVM makes page tables of its own from the guest's (PVM; VMX and SVM without EPT and NPT).</param>
public readonly record struct EmulationDesign(int Entries, Coherence Coherence, bool ShadowPaging);
