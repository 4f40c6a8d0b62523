using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace ExitProf.Browser.Tests;

/// <summary>An open page and everything that it did beyond standing there.</summary>
internal sealed class Visit(IPage page, string address)
{
    private readonly ConcurrentQueue<string> requests = [];
    private readonly ConcurrentQueue<string> complaints = [];

    public IPage Page => page;

    public string Address => address;

    /// <summary>The addresses of all requests, the page's own included.</summary>
    public IReadOnlyCollection<string> Requests => requests;

    /// <summary>What was written to the console, thrown, shown as a dialog, or stopped by the content security policy.</summary>
    public IReadOnlyCollection<string> Complaints => complaints;

    public void Requested(string url) => requests.Enqueue(url);

    public void Complained(string text) => complaints.Enqueue(text);
}
