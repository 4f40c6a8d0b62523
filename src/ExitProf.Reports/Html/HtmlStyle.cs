using ExitProf.Reports.Charts;

namespace ExitProf.Reports;

/// <summary>The style sheet of the page: both colour schemes, paper, phones.</summary>
internal static class HtmlStyle
{
    private static readonly string Light = Palette.Variables(dark: false) + "--warn:#9a6700;--bad:#cf222e";

    public static readonly string Css = $$$"""
        :root{color-scheme:light dark;{{{Light}}}}
        @media (prefers-color-scheme:dark){:root{{{{Palette.Variables(dark: true)}}}--warn:#d4a72c;--bad:#ff7b72}}
        *{box-sizing:border-box}
        body{margin:0 auto;padding:24px 20px 48px;max-width:1080px;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
        h1{font-size:26px;line-height:1.25;margin:0 0 4px;overflow-wrap:anywhere}
        h2{font-size:20px;margin:44px 0 4px;padding-top:16px;border-top:1px solid var(--grid);overflow-wrap:anywhere}
        h3,h2.part{font-size:16px;margin:28px 0 6px;padding:0;border:0;overflow-wrap:anywhere}
        p{margin:6px 0;max-width:104ch;overflow-wrap:anywhere}
        .reading{font-size:18px;line-height:1.45}
        .faint{color:var(--faint)}
        .note{border-left:3px solid var(--warn);padding:4px 0 4px 12px}
        figure{margin:18px 0}
        svg{display:block;width:100%;height:auto;font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
        .narrow{display:none;max-width:440px}
        .scroll{overflow-x:auto;margin:10px 0}
        .scroll:focus-visible{outline:2px solid var(--l-exit)}
        table{border-collapse:separate;border-spacing:0;width:100%;font-variant-numeric:tabular-nums;font-size:14px}
        caption{text-align:left;color:var(--faint);padding:0 0 6px}
        th,td{padding:4px 8px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--grid);vertical-align:top}
        th:first-child,td.lead{padding-left:0}
        thead th{font-weight:600;color:var(--faint);border-bottom:1px solid var(--faint)}
        th.t,td.t,tbody th{text-align:left}
        tbody th{font-weight:600}
        td.w,th.w{white-space:normal;overflow-wrap:anywhere;min-width:11em}td.w code{font-weight:600;margin-right:6px}
        tr.absent *{color:var(--faint);font-weight:400}
        tr.rest th{font-weight:400}
        tr.sum *{font-weight:700}
        tr.first>*{border-top:1px solid var(--faint)}
        .group::before{content:"";display:inline-block;width:10px;height:10px;margin-right:7px;border-radius:2px;background:var(--swatch,transparent)}
        details{margin:10px 0}
        summary{cursor:pointer;color:var(--l-handler)}
        dl{display:grid;grid-template-columns:minmax(8em,max-content) 1fr;gap:2px 18px;margin:8px 0;font-size:14px}
        dt{color:var(--faint);overflow-wrap:anywhere}
        dd{margin:0;overflow-wrap:anywhere}
        .info{color:var(--faint)}.data-loss{color:var(--warn);font-weight:600}.error{color:var(--bad);font-weight:700}
        footer{margin-top:44px;padding-top:14px;border-top:1px solid var(--grid);color:var(--faint);font-size:14px}
        {{{Palette.PageCss()}}}
        @media screen and (max-width:860px){.wide{display:none}.narrow{display:block}.scroll table tbody th{position:sticky;left:0;background:var(--paper)}}
        @media (max-width:640px){body{padding:16px 14px 40px}h1{font-size:22px}.reading{font-size:16px}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:6px}}
        @media print{:root{color-scheme:light;{{{Light}}}}body{max-width:none;padding:0;font-size:12px}.wide{display:block}.narrow{display:none}
        figure,tr{break-inside:avoid}h2,h3{break-after:avoid}.scroll{overflow:visible}table{font-size:10.5px}th,td{padding:2px 5px}.side thead th{white-space:normal;overflow-wrap:anywhere}details::details-content{content-visibility:visible;height:auto}svg,.group::before{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
        """;
}
