namespace ExitProf.Vmm;

/// <summary>What protects a bus that several vCPUs look up at once.</summary>
public enum BusLock
{
    /// <summary>Nothing: right as long as nobody changes the bus.</summary>
    None,

    /// <summary>pthread_mutex_t: one vCPU at a time, as KVM's slots_lock was.</summary>
    Mutex,

    /// <summary>pthread_rwlock_t, taken for reading: all at once, but every one writes to the lock.</summary>
    Rwlock,

    /// <summary>Readers note in a word of their own that they read, and take one pointer, as with SRCU.</summary>
    Snapshot,
}
