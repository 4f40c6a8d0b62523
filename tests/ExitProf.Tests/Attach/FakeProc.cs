namespace ExitProf.Tests.Attach;

/// <summary>A folder like /proc, with processes of a test's own.</summary>
internal sealed class FakeProc : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public string Path => folder.Path;

    /// <param name="descriptors">What the process's descriptors are links to.</param>
    public FakeProc Process(int pid, string name, string[] arguments, params string[] descriptors)
    {
        string process = folder[$"{pid}"];
        Directory.CreateDirectory(System.IO.Path.Combine(process, "fd"));
        File.WriteAllText(System.IO.Path.Combine(process, "comm"), name + "\n");
        File.WriteAllText(System.IO.Path.Combine(process, "cmdline"), string.Join('\0', arguments) + "\0");
        for (int i = 0; i < descriptors.Length; i++) File.CreateSymbolicLink(System.IO.Path.Combine(process, "fd", $"{i}"), descriptors[i]);
        return this;
    }

    public FakeProc Thread(int pid, int id, string name)
    {
        string task = folder[$"{pid}/task/{id}"];
        Directory.CreateDirectory(task);
        File.WriteAllText(System.IO.Path.Combine(task, "comm"), name + "\n");
        return this;
    }

    public void Remove(int pid) => Directory.Delete(folder[$"{pid}"], recursive: true);

    public void Dispose() => folder.Dispose();
}
