// Sets light or dark before the first paint. A file of its own, because inline scripts are forbidden by our
// Content-Security-Policy. The key is the one Mantine writes when the person chooses.
(() => {
  let chosen = null;
  try {
    chosen = window.localStorage.getItem('bylaw-color-scheme');
  } catch {
    // Storage may be forbidden; the system's preference then counts.
  }
  const dark = chosen === 'dark' || (chosen !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
