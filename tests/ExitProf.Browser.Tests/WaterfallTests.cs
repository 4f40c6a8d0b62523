using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Charts;
using ExitProf.Reports;
using ExitProf.Traces;

namespace ExitProf.Browser.Tests;

public sealed class WaterfallTests(Chromium chromium)
{
    [Theory]
    [InlineData(1280)]
    [InlineData(768)]
    [InlineData(400)]
    public async Task Every_waterfall_has_a_bar_for_every_stage_and_every_total(int width)
    {
        TraceSummary[] all =
        [
            SampleSummaries.PioOut(),
            SampleSummaries.IoEventFd(),
            SampleSummaries.NoRoot(),
            SampleSummaries.Emulated(),
            SampleSummaries.Imported(),
        ];
        foreach (TraceSummary trace in all)
        {
            Subject subject = Subject.Of([trace]).Single();
            Visit visit = await chromium.Open([trace], width);
            JsonElement bars = await visit.Page.EvaluateAsync<JsonElement>("""
                () => {
                  const svg = [...document.querySelectorAll('svg')].find(s => s.checkVisibility() && s.querySelector('title').textContent.startsWith('Waterfall'));
                  const boxes = [...svg.querySelectorAll('g[clip-path] rect[class^=f-]')].map(r => r.getBoundingClientRect());
                  return [...svg.querySelectorAll('.marks rect')].map(m => {
                    const area = m.getBoundingClientRect(), tip = m.getAttribute('aria-label');
                    // A merged stage has a band for each group, and what the probes added follows the bar.
                    const own = boxes.filter(b => b.top >= area.top && b.bottom <= area.bottom).sort((a, b) => a.left - b.left);
                    return { tip, left: own[0].left, right: own[0].right, height: own.filter(b => b.left === own[0].left).reduce((sum, b) => sum + b.height, 0) };
                  });
                }
                """);
            var drawn = bars.EnumerateArray().ToList();
            var rows = ((Waterfall)Pictures.Of([trace])[0].Chart).Panels[0].Rows.Where(r => r.HasBar).ToList();
            Assert.Equal(subject.Configuration.Stages.Count(s => s.State != StageState.Absent), rows.Count(r => r.IsStage));
            Assert.Equal(rows.Select(r => r.Tooltip), drawn.Select(b => b.GetProperty("tip").GetString()));
            Assert.All(drawn, b => Assert.InRange(b.GetProperty("height").GetDouble(), 8, 60));
            Assert.All(drawn, b => Assert.InRange(b.GetProperty("right").GetDouble() - b.GetProperty("left").GetDouble(), 1, width));
            // A stage begins where the one before it ended; a sliver is drawn wider than it is.
            for (int i = 1; i < rows.Count(r => r.IsStage); i++)
            {
                double gap = drawn[i].GetProperty("left").GetDouble() - drawn[i - 1].GetProperty("right").GetDouble();
                Assert.InRange(gap, -4, 1);
            }
        }
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(768)]
    [InlineData(400)]
    public async Task The_label_of_the_first_row_is_seen_beside_or_above_its_bar(int width)
    {
        Visit visit = await chromium.Open([SampleSummaries.PioOut()], width);
        JsonElement label = await visit.Page.EvaluateAsync<JsonElement>("""
            name => {
              const svg = [...document.querySelectorAll('svg')].find(s => s.checkVisibility());
              const text = [...svg.querySelectorAll('text')].find(t => t.textContent === name);
              text.scrollIntoView({ block: 'center' });
              const box = text.getBoundingClientRect(), bar = svg.querySelector('g[clip-path] rect').getBoundingClientRect();
              const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
              return { seen: hit === text, apart: box.right <= bar.left || box.bottom <= bar.top + 4, pixels: parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a };
            }
            """, SampleSummaries.PioOut().Configurations[0].Stages[0].Name);
        Assert.True(label.GetProperty("seen").GetBoolean());
        Assert.True(label.GetProperty("apart").GetBoolean());
        Assert.InRange(label.GetProperty("pixels").GetDouble(), 11, 24);
    }
}
