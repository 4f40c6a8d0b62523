using Microsoft.Playwright;

namespace ExitProf.Browser.Tests;

/// <summary>Questions that are put to a page as it is laid out. Each answers with one line for each thing that is wrong.</summary>
internal static class Measures
{
    /// <summary>Every visible text node with its element and the rectangles in which it stands.</summary>
    private const string Texts = """
        const texts = () => {
          const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const element = node.parentElement;
            if (!node.data.trim() || element.closest('title,desc') || !element.checkVisibility({ visibilityProperty: true })) continue;
            const range = document.createRange();
            range.selectNodeContents(node);
            found.push({ text: node.data.trim().slice(0, 60), element, boxes: () => [...range.getClientRects()].filter(b => b.width > 0) });
          }
          return found;
        };
        """;

    /// <summary>Texts that the page shows; to know that a measure looked at something.</summary>
    public static Task<int> CountTexts(this IPage page) => page.EvaluateAsync<int>($$"""() => { {{Texts}} return texts().length; }""");

    /// <summary>A number that is another one if an element stands elsewhere, is larger or smaller, or is not there.</summary>
    public static Task<int> Places(this IPage page) => page.EvaluateAsync<int>("""
        () => {
          let number = 17;
          for (const element of document.querySelectorAll('body *')) {
            const { x, y, width, height } = element.getBoundingClientRect();
            for (const value of [x, y, width, height]) number = (number * 31 + Math.round(value * 8)) | 0;
          }
          return number;
        }
        """);

    /// <summary>Texts with less contrast to what is behind them than WCAG 2 asks for at the level AA: 4.5 to 1.</summary>
    public static Task<string[]> FaintTexts(this IPage page) => page.EvaluateAsync<string[]>($$"""
        () => {
          {{Texts}}
          const parse = text => {
            const parts = /^rgba?\(([^)]+)\)$/.exec(text)[1].split(/[,\/ ]+/).map(Number);
            return { rgb: parts.slice(0, 3), alpha: parts[3] ?? 1 };
          };
          const luminance = rgb => {
            const [r, g, b] = rgb.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const known = new Map();
          const around = element => {
            if (!element) throw new Error('no background');
            if (known.has(element)) return known.get(element);
            const style = getComputedStyle(element), own = parse(style.backgroundColor);
            if (own.alpha > 0 && own.alpha < 1) throw new Error('a half transparent background');
            const outer = element === document.body ? { opaque: true } : around(element.parentElement);
            const all = { rgb: own.alpha ? own.rgb : outer.rgb, opaque: outer.opaque && style.opacity === '1' };
            known.set(element, all);
            return all;
          };
          return texts().flatMap(({ text, element }) => {
            const style = getComputedStyle(element), colour = parse(element.closest('svg') ? style.fill : style.color);
            let { rgb, opaque } = around(element);
            if (/f-(on-|paper)/.test(element.getAttribute('class') ?? '')) {
              // A name in a bar is held against the bar.
              const box = element.getBoundingClientRect(), x = box.left + box.width / 2, y = box.top + box.height / 2;
              const bars = [...element.closest('svg').querySelectorAll('g[clip-path] rect')].filter(r => { const b = r.getBoundingClientRect(); return b.left <= x && x <= b.right && b.top <= y && y <= b.bottom; });
              if (bars.length) rgb = parse(getComputedStyle(bars.at(-1)).fill).rgb;
            }
            if (colour.alpha < 1 || !opaque) return [`${text}: transparent`];
            const [high, low] = [luminance(colour.rgb), luminance(rgb)].sort((a, b) => b - a);
            const ratio = (high + 0.05) / (low + 0.05);
            return ratio < 4.5 ? [`${ratio.toFixed(2)} ${element.tagName}.${element.getAttribute('class') ?? ''}: ${text}`] : [];
          });
        }
        """);

    /// <summary>The document if it is wider than the window, and texts beyond its edges that no scroll bar of their own leads to.</summary>
    public static Task<string[]> Overflow(this IPage page) => page.EvaluateAsync<string[]>($$"""
        () => {
          {{Texts}}
          const root = document.documentElement, wrong = [];
          if (root.scrollWidth > root.clientWidth) wrong.push(`document: ${root.scrollWidth} > ${root.clientWidth}`);
          for (const { text, element, boxes } of texts()) {
            const scroll = element.closest('.scroll');
            if (scroll && getComputedStyle(scroll).overflowX === 'auto') continue;
            if (boxes().some(b => b.left < -0.5 || b.right > root.clientWidth + 0.5)) wrong.push(`text: ${text}`);
          }
          return wrong;
        }
        """);

    /// <summary>Elements whose content they do not show whole and that cannot be scrolled on paper.</summary>
    public static Task<string[]> Cut(this IPage page) => page.EvaluateAsync<string[]>("""
        () => [...document.body.querySelectorAll('*')].filter(e => !e.closest('svg') && getComputedStyle(e).display !== 'inline' && getComputedStyle(e).overflow !== 'visible'
            && (e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight)).map(e => `${e.tagName}.${e.className}: ${e.scrollWidth} > ${e.clientWidth}`)
        """);

    /// <summary>Texts of charts that are cut by the chart's edge, stand on each other, or are smaller than somebody can read.</summary>
    public static Task<string[]> UnreadableChartTexts(this IPage page, double smallestPixels) => page.EvaluateAsync<string[]>("""
        smallest => [...document.querySelectorAll('svg')].filter(s => s.checkVisibility()).flatMap(svg => {
          const edge = svg.getBoundingClientRect(), wrong = [];
          const texts = [...svg.querySelectorAll('text')].map(t => ({ text: t.textContent, box: t.getBoundingClientRect(), size: parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a }));
          for (const t of texts) {
            if (t.box.left < edge.left - 0.5 || t.box.right > edge.right + 0.5 || t.box.top < edge.top - 0.5 || t.box.bottom > edge.bottom + 0.5) wrong.push(`cut: ${t.text}`);
            if (t.size < smallest) wrong.push(`${t.size.toFixed(1)} px: ${t.text}`);
          }
          for (let i = 0; i < texts.length; i++) for (let j = i + 1; j < texts.length; j++) {
            const [a, b] = [texts[i].box, texts[j].box];
            // The box of a line of text is higher than its letters.
            if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.3 * a.height) wrong.push(`on each other: ${texts[i].text} | ${texts[j].text}`);
          }
          return wrong;
        })
        """, smallestPixels);

    /// <summary>Texts outside of charts whose lines stand on each other.</summary>
    public static Task<string[]> TextsOnTexts(this IPage page) => page.EvaluateAsync<string[]>($$"""
        () => {
          {{Texts}}
          // What is scrolled out of a table's window is not drawn, nor is what is below a name that stays where it is.
          const shown = texts().filter(t => !t.element.closest('svg') && !t.element.closest('.scroll'));
          const lines = shown.flatMap(t => t.boxes().map(box => ({ text: t.text, node: t, box }))).sort((a, b) => a.box.top - b.box.top);
          const wrong = [];
          for (let i = 0; i < lines.length; i++) for (let j = i + 1; j < lines.length && lines[j].box.top < lines[i].box.bottom; j++) {
            const [a, b] = [lines[i].box, lines[j].box];
            if (lines[i].node === lines[j].node) continue;
            // The box of a line of text is higher than its letters.
            if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.35 * Math.min(a.height, b.height)) wrong.push(`on each other: ${lines[i].text} | ${lines[j].text}`);
          }
          return wrong;
        }
        """);

    /// <summary>Cells of tables whose text is wider or higher than they are, or stands on that of their neighbour.</summary>
    public static Task<string[]> CutCells(this IPage page) => page.EvaluateAsync<string[]>("""
        () => [...document.querySelectorAll('th,td')].filter(c => c.checkVisibility()).flatMap(cell => {
          const range = document.createRange();
          range.selectNodeContents(cell);
          const text = range.getBoundingClientRect(), box = cell.getBoundingClientRect();
          const out = text.width > 0 && (text.left < box.left - 0.5 || text.right > box.right + 0.5 || text.top < box.top - 0.5 || text.bottom > box.bottom + 0.5);
          return out ? [`${cell.textContent.trim().slice(0, 60)}: ${Math.round(text.width)} in ${Math.round(box.width)}`] : [];
        })
        """);
}
