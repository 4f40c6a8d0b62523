using Xunit.Sdk;
using Xunit.v3;

namespace ExitProf.Kvm.Tests.Inside;

/// <summary>Collects what tests come to.</summary>
internal sealed class BatchSink : IMessageSink
{
    private readonly List<BatchResult> results = [];
    private readonly Dictionary<string, string> names = [];
    private string className = "";
    private string caseName = "";
    private int before;

    public IReadOnlyList<BatchResult> Results => results;

    public void Begin(IXunitTestCase test) => (className, caseName, before) = (ClassOf(test), test.TestCaseDisplayName, results.Count);

    public void Skip(IXunitTestCase test, string reason) =>
        results.Add(new BatchResult(ClassOf(test), test.TestCaseDisplayName, BatchResult.Skipped, reason, 0));

    /// <summary>A case without a result would be a test that nobody misses.</summary>
    public void End()
    {
        if (results.Count == before) results.Add(new BatchResult(className, caseName, BatchResult.Failed, "it gave no result", 0));
    }

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestStarting starting:
                names[starting.TestUniqueID] = starting.TestDisplayName;
                break;
            case ITestPassed passed:
                Add(passed, BatchResult.Passed, "");
                break;
            case ITestSkipped skipped:
                Add(skipped, BatchResult.Skipped, skipped.Reason);
                break;
            case ITestFailed failed:
                Add(failed, BatchResult.Failed, Said(failed));
                break;
            case IErrorMetadata error:
                results.Add(new BatchResult(className, caseName, BatchResult.Failed, Said(error), 0));
                break;
        }
        return true;
    }

    private void Add(ITestResultMessage result, string outcome, string text) =>
        results.Add(new BatchResult(className, names.GetValueOrDefault(result.TestUniqueID, caseName), outcome, text,
            (double)result.ExecutionTime));

    private static string ClassOf(IXunitTestCase test) => test.TestClassName[(test.TestClassName.LastIndexOf('.') + 1)..];

    private static string Said(IErrorMetadata error) => string.Join('\n',
        error.ExceptionTypes.Zip(error.Messages, error.StackTraces).Select(e => $"{e.First}: {e.Second}\n{e.Third}"));
}
