/** The page's style sheet. The banner's colours keep a contrast of at least 7:1 with their text. */
export const style = `
  :root { color-scheme: light dark; --banner: #44546a; --on-banner: #fff; --line: #8884; }
  .staging { --banner: #ffd21f; --on-banner: #1d1a00; }
  .production { --banner: #0b5d2a; --on-banner: #fff; }
  * { box-sizing: border-box; }
  body { margin: 0; font: 1.0625rem/1.5 system-ui, sans-serif; }
  .banner { margin: 0; padding: .75rem 1rem; background: var(--banner); color: var(--on-banner);
    font-weight: 700; letter-spacing: .12em; text-align: center; }
  main { max-width: 40rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
  h1 { font-size: 1.5rem; margin: 0 0 1rem; }
  .counter { margin: 0 0 1.5rem; font-size: 1.25rem; }
  .counter strong { font-size: 3.5rem; line-height: 1; font-variant-numeric: tabular-nums; }
  dl { margin: 0; border-top: 1px solid var(--line); }
  dl div { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: .6rem 0; border-bottom: 1px solid var(--line); }
  dt { flex: 0 0 14rem; opacity: .75; }
  dd { flex: 1 1 14rem; margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
  .note, .alert { margin: 1.5rem 0; padding: .75rem 1rem; border: 1px solid var(--line); border-left: .3rem solid var(--banner); }
`;
