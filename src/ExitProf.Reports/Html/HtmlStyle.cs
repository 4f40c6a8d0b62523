namespace ExitProf.Reports;

/// <summary>The style sheet of the page: both colour schemes, paper, phones.</summary>
internal static class HtmlStyle
{
    private const string Sans = "\"ExitProf Open Sans\",system-ui,sans-serif";

    private static readonly string Light = Palette.Variables(Scheme.Light) + "--warn:#9a6700;--bad:#cf222e";

    private static readonly string Swatches = string.Concat(
        Palette.Groups.Append("merged").Select(g => $".g-{g}{{background:var(--{g})}}")
    );

    public static readonly string Css = $$$"""
        {{{Typefaces.Css}}}
        :root{color-scheme:light dark;{{{Light}}}}
        @media (prefers-color-scheme:dark){:root{{{{Palette.Variables(Scheme.Dark)}}}--warn:#d4a72c;--bad:#ff7b72}}
        *{box-sizing:border-box}
        body{margin:0 auto;padding:24px 20px 48px;max-width:1080px;background:var(--paper);color:var(--ink);font:15px/1.5 {{{Sans}}}}
        h1{font-size:26px;line-height:1.25;margin:0 0 4px;overflow-wrap:anywhere}
        h1,h2,h3,b{font-weight:600}
        h2{font-size:20px;margin:44px 0 4px;padding-top:16px;border-top:1px solid var(--grid);overflow-wrap:anywhere}
        h3,h2.part{font-size:16px;margin:28px 0 6px;padding:0;border:0;overflow-wrap:anywhere}
        p{margin:6px 0;max-width:104ch;overflow-wrap:anywhere}
        a{color:var(--handler-line)}.word{color:inherit;text-decoration:underline dotted;text-underline-offset:3px}
        nav ol{columns:2;margin:12px 0;padding-left:2.2em}nav li{break-inside:avoid;overflow-wrap:anywhere}
        .reading{font-size:18px;line-height:1.45}
        .faint{color:var(--faint)}
        .note{border-left:3px solid var(--warn);padding:4px 0 4px 12px}
        .v-worse{color:var(--worse)}.v-better{color:var(--better)}.v-same{color:var(--same)}.v-open{color:var(--open)}.v-worse,.v-better,.v-same,.v-open{font-weight:600}.reading[class*=v-]{border-left:4px solid;padding-left:12px}
        figure{margin:18px 0;position:relative}
        svg{display:block;margin:0 -12px;width:calc(100% + 24px);height:auto;font-family:{{{Sans}}};font-variant-numeric:tabular-nums}
        svg:focus-visible,.marks rect:focus-visible,.scroll:focus-visible,th button:focus-visible,.reset:focus-visible{outline:2px solid var(--handler-line);outline-offset:1px}
        .t11{font-size:11px}.t12{font-size:12px}.t13{font-size:13px}.t16{font-size:16px}.b{font-weight:600}.m{text-anchor:middle}.e{text-anchor:end}
        .marks,.band{fill:transparent}.marks rect.lit{fill:var(--ink);fill-opacity:.1}tr.lit>*{background:var(--grid)}
        .curve{vector-effect:non-scaling-stroke}.curve.lit{stroke-width:4.5px}.band{fill:var(--handler);fill-opacity:.2;pointer-events:none}
        svg[data-x]{cursor:crosshair;touch-action:pan-y;user-select:none}
        .tip{position:fixed;z-index:1;max-width:min(46ch,90vw);padding:4px 8px;border-radius:4px;background:var(--ink);color:var(--paper);font-size:13px;pointer-events:none;overflow-wrap:anywhere}
        .reset{position:absolute;right:8px;top:8px}
        .narrow{display:none;max-width:650px}
        .scroll{overflow-x:auto;margin:10px 0;background:linear-gradient(to left,var(--paper) 40%,transparent) 100% 0/48px 100% no-repeat local,linear-gradient(to left,rgb(128 128 128/.4),transparent) 100% 0/14px 100% no-repeat scroll}
        .filter{min-height:34px;display:flex;flex-wrap:wrap;gap:8px;align-items:center}.filter select{max-width:16em}.up{font-size:13px;font-weight:400}.filter input,.filter select,.reset{font:inherit;font-size:14px;padding:2px 8px;color:var(--ink);background:var(--paper);border:1px solid var(--faint);border-radius:4px}
        table{border-collapse:separate;border-spacing:0;width:100%;font-variant-numeric:tabular-nums;font-size:14px}
        caption{text-align:left;color:var(--faint);padding:0 0 6px;max-width:calc(100vw - 32px)}
        th,td{padding:4px 8px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--grid);vertical-align:top}
        th:first-child,td.lead{padding-left:0}
        thead th{font-weight:600;color:var(--faint);border-bottom:1px solid var(--faint);white-space:normal;vertical-align:bottom}
        th button{all:unset;cursor:pointer;position:relative}
        [aria-sort] button::after{content:"";position:absolute;right:-8px;top:.5em;border:3.5px solid transparent;border-bottom-color:currentColor;border-top:0}[aria-sort=descending] button::after{transform:rotate(180deg)}
        th.t,td.t,tbody th{text-align:left}
        tbody th{font-weight:600}
        td.w,th.w{white-space:normal;overflow-wrap:anywhere;min-width:8em}td.words,th.words{min-width:18em}td.from,th.from{min-width:13em}td.w code{font-weight:600;margin-right:6px}
        tr.absent *{color:var(--faint);font-weight:400}
        tr.rest th{font-weight:400}
        tr.sum *{font-weight:600}
        tr.first>*{border-top:1px solid var(--faint)}
        .group i{display:inline-block;width:10px;height:10px;margin-right:7px;border-radius:2px}.group i+i{margin-left:-7px;border-radius:0 2px 2px 0}{{{Swatches}}}
        details{margin:10px 0}
        summary{cursor:pointer;color:var(--handler-line);overflow-wrap:anywhere}
        dl{display:grid;grid-template-columns:minmax(8em,max-content) 1fr;gap:2px 18px;margin:8px 0;font-size:14px}
        dt{color:var(--faint);overflow-wrap:anywhere}
        dd{margin:0;overflow-wrap:anywhere}
        .info{color:var(--faint)}.warning,.data-loss{color:var(--warn);font-weight:600}.error{color:var(--bad);font-weight:600}
        footer{margin-top:44px;padding-top:14px;border-top:1px solid var(--grid);color:var(--faint);font-size:14px}
        {{{Palette.Classes()}}}
        @media screen and (max-width:840px){.wide{display:none}.narrow{display:block}.scroll table tbody th{position:sticky;left:0;background:var(--paper)}tr.lit>th{background:var(--grid)}}
        @media (max-width:640px){body{padding:16px 14px 40px}h1{font-size:22px}.reading{font-size:16px}nav ol{columns:1}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:6px}}
        @media screen and (max-width:640px){.stack,.stack tbody,.stack tr,.stack th,.stack td{display:block}.stack thead,.stack td:empty,.stack tr[hidden]{display:none}.stack tbody tr{padding:8px 0;border-bottom:1px solid var(--grid)}.scroll table.stack tbody th,.stack td{position:static;border:0;padding:1px 0;min-width:0!important}.stack td[data-h]::before{content:attr(data-h) ": ";color:var(--faint)}}
        @media print{:root{color-scheme:light;{{{Light}}}}body{max-width:none;padding:0;font-size:12px}.wide{display:block}.narrow,.tip,.filter,.reset,.up{display:none}
        figure,tr{break-inside:avoid}h2,h3{break-after:avoid}.scroll{overflow:visible;background:none}table{font-size:10.5px}th,td{padding:2px 5px}.side thead th,tbody th{white-space:normal;overflow-wrap:anywhere}tbody th{min-width:8em}svg{margin:0;width:100%}details:not(.unprinted)::details-content{content-visibility:visible;height:auto}svg,.group i{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
        """;
}
