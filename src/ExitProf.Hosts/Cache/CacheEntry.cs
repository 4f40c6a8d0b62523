namespace ExitProf.Hosts;

/// <summary>A whole, checked folder of the cache.</summary>
/// <param name="Kind">"kernel", "qemu", "machine".</param>
/// <param name="Key">Its name among those of its kind.</param>
/// <param name="About">What it is, in words for <c>exitprof host list</c>.</param>
public sealed record CacheEntry(string Kind, string Key, string Folder, string About, long Bytes, DateTime MadeUtc)
{
    public string File(string name) => Path.Combine(Folder, name);
}
