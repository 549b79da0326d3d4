// The one style sheet. Every rule lies below `.evercert`, because the drawing may stand inside somebody else's page; its width
// decides (container queries), not the window's.

const BASE = `
.evercert,.evercert *{box-sizing:border-box}
.evercert{container-type:inline-size;background:var(--ground);color:var(--ink);font:15px/1.45 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;font-variant-numeric:tabular-nums;text-align:left;overflow-wrap:anywhere;-webkit-text-size-adjust:100%}
.evercert .sheet{max-width:1480px;margin:0 auto;padding:20px 24px 40px}
.evercert h1,.evercert h2,.evercert h3,.evercert p,.evercert dl,.evercert dd,.evercert ol,.evercert ul,.evercert figure{margin:0;padding:0}
.evercert h1,.evercert h2,.evercert h3{color:var(--ink);line-height:1.2}
.evercert h2{font-size:13px;font-weight:600;letter-spacing:.02em;color:var(--quiet);margin:32px 0 10px}
.evercert h2 b{color:var(--ink);font-weight:600}
.evercert ol,.evercert ul{list-style:none}
.evercert a{color:var(--link);text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:2px;cursor:pointer}
.evercert a:hover{text-decoration-thickness:2px}
.evercert :focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:2px}
.evercert code,.evercert .mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.92em}
.evercert .quiet{color:var(--quiet)}
.evercert .small{font-size:13px}
.evercert .well{color:var(--well)}.evercert .notice{color:var(--notice)}.evercert .bad{color:var(--bad)}.evercert .plain{color:var(--quiet)}
.evercert .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.evercert svg{display:block}
.evercert .mark{display:inline-block;width:.85em;height:.85em;vertical-align:-.06em;margin-right:.4em;flex:none}
.evercert .badge{font-weight:600;white-space:nowrap}
`;

const TOP = `
.evercert .verdict{font-size:30px;font-weight:650;letter-spacing:-.015em;text-wrap:balance}
.evercert .verdict .mark{margin-right:.35em}
.evercert .under{display:flex;flex-wrap:wrap;gap:2px 16px;color:var(--quiet);font-size:13px;margin-top:6px}
.evercert .figures{display:grid;grid-template-columns:repeat(6,1fr);margin-top:22px;border:solid var(--line);border-width:1px 0}
.evercert .figures>div{padding:12px 12px 12px 16px;border-left:1px solid var(--line);min-width:0}
.evercert .figures>div:first-child{border-left:0;padding-left:0}
.evercert .figures dt{font-size:13px;color:var(--quiet)}
.evercert .figures dd{font-size:26px;font-weight:600;line-height:1.25;letter-spacing:-.01em}
.evercert .figures dd small{display:block;font-size:13px;font-weight:400;letter-spacing:0;color:var(--quiet);line-height:1.35}
.evercert .weeks{display:flex;gap:3px;align-items:flex-end;overflow-x:auto;padding:2px 2px 6px}
.evercert .weeks li{flex:1 0 22px;max-width:64px;text-align:center;font-size:12px;color:var(--quiet);line-height:1.3}
.evercert .weeks b{display:block;font-weight:600;color:var(--ink);min-height:16px}
.evercert .weeks b.bad{color:var(--bad)}
.evercert .weeks svg{width:100%;height:56px;border-bottom:1px solid var(--line)}
.evercert .weeks time{display:block;white-space:nowrap;min-height:16px;overflow:visible;width:0}
.evercert .fill-well{fill:var(--well)}.evercert .fill-notice{fill:var(--notice)}.evercert .fill-bad{fill:var(--bad)}.evercert .fill-plain{fill:var(--quiet)}
.evercert .fill-track{fill:var(--track)}.evercert .tick{stroke:var(--ink);stroke-width:2px;fill:none}
`;

const TABLES = `
.evercert table{width:100%;border-collapse:collapse;background:none;border:0;font-size:inherit;color:inherit}
.evercert th{font-size:13px;font-weight:500;color:var(--quiet);text-align:left;padding:0 18px 6px 0;border:0;border-bottom:1px solid var(--line);background:none;vertical-align:bottom}
.evercert td{padding:11px 18px 11px 0;border:0;border-bottom:1px solid var(--line);vertical-align:top;background:none;color:inherit}
.evercert th:last-child,.evercert td:last-child{padding-right:0}
.evercert .who{font-weight:600}
.evercert .who a{text-decoration-color:var(--line)}
.evercert .attention td:nth-child(1){width:21%}.evercert .attention td:nth-child(2){width:11%}.evercert .attention td:nth-child(3){width:17%}.evercert .attention td:nth-child(4){width:17%}
.evercert .calm td{padding-top:6px;padding-bottom:6px}
.evercert .calm td:nth-child(1){width:30%}.evercert .calm td:nth-child(2){width:13%}.evercert .calm td:nth-child(3){width:32%}
.evercert .life svg{width:100%;height:10px;max-width:280px;margin:5px 0 4px}
.evercert .calm .life{display:flex;flex-wrap:wrap;align-items:center;gap:0 10px;min-width:0}
.evercert .calm .life .left{flex:none;min-width:4.6em;text-align:right}
.evercert .calm .life svg{flex:1 1 60px;margin:0}
.evercert .calm .life span{flex:none;min-width:11.5em}
.evercert .wide .life svg{max-width:none;height:14px}
.evercert .life{min-width:130px}
.evercert .code{font-weight:600}
.evercert .fix{margin-top:3px}
.evercert .fix b{font-weight:600}
.evercert .actions{display:flex;flex-wrap:wrap;gap:6px;margin-top:8px}
.evercert .actions .btn{display:inline-block;border:1px solid var(--quiet);border-radius:3px;padding:2px 9px;font-size:13px;font-weight:500;color:var(--ink);background:var(--raised);text-decoration:none}
.evercert .actions .btn:hover{border-color:var(--ink)}
.evercert cwdb-action{display:none}
.evercert .box{border-left:3px solid currentColor;padding:10px 14px;margin:14px 0;border-radius:0 3px 3px 0}
.evercert .box.bad{background:var(--bad-tint)}.evercert .box.notice{background:var(--notice-tint)}.evercert .box.well{background:var(--well-tint)}
.evercert .box>*{color:var(--ink)}.evercert .box .code{color:inherit}
.evercert .facts{display:grid;grid-template-columns:max-content 1fr;gap:6px 20px}
.evercert .facts dt{color:var(--quiet)}
.evercert .back{font-size:13px;margin-bottom:14px}
.evercert details summary{cursor:pointer;color:var(--quiet);font-size:13px;font-weight:600;margin:32px 0 10px}
.evercert .two{display:grid;grid-template-columns:1fr 1fr;gap:0 48px}
`;

/** Narrower than a tablet the tables become blocks; their roles are written out, so that they stay tables to a screen reader. */
const NARROW = `
@container (max-width:980px){.evercert .figures{grid-template-columns:repeat(3,1fr)}.evercert .figures>div:nth-child(4){border-left:0;padding-left:0}.evercert .figures>div:nth-child(n+4){border-top:1px solid var(--line)}.evercert .two{display:block}}
@container (max-width:820px){
.evercert .sheet{padding:16px 14px 28px}
.evercert .stack,.evercert .stack tbody,.evercert .stack tr,.evercert .stack td{display:block}
.evercert .stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.evercert .stack tr{border-bottom:1px solid var(--line);padding:10px 0}
.evercert .stack td,.evercert .stack td:nth-child(n){border:0;padding:2px 0;width:auto}
.evercert .life svg{max-width:none}
.evercert .chain td:nth-child(2)::before{content:"signed by ";color:var(--quiet)}.evercert .chain td:nth-child(3)::before{content:"until ";color:var(--quiet)}
.evercert .facts{display:block}.evercert .facts dd{margin-bottom:8px}
}
@container (max-width:640px){.evercert .figures dd{font-size:21px}}
@container (max-width:480px){.evercert .figures{grid-template-columns:repeat(2,1fr)}.evercert .figures>div:nth-child(n){border-left:0;padding-left:0;border-top:1px solid var(--line)}.evercert .figures>div:nth-child(-n+2){border-top:0}.evercert .verdict{font-size:25px}}
@media print{.evercert .actions{display:none}}
@media (forced-colors:active){.evercert .mark,.evercert .life svg,.evercert .weeks svg{forced-color-adjust:none}}
`;

const packed = (css: string): string => css.replace(/\n/g, '');

export const RULES = [BASE, TOP, TABLES, NARROW].map(packed).join('');
