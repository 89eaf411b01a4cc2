/** What `takeCode` needs of a window. */
interface Place {
  location: Pick<Location, 'hash' | 'search' | 'pathname'>;
  history: Pick<History, 'replaceState' | 'state'>;
}

/** Takes a one-time sign-in code out of the address (`#code=…` or `?code=…`), leaving the rest of it as it was. */
export function takeCode({ location, history }: Place): { value: string | undefined } {
  const hash = new URLSearchParams(location.hash.slice(1));
  const search = new URLSearchParams(location.search);
  const value = hash.get('code') ?? search.get('code') ?? undefined;
  if (value) {
    search.delete('code');
    const rest = search.size > 0 ? `?${search}` : '';
    history.replaceState(history.state, '', location.pathname + rest + (hash.has('code') ? '' : location.hash));
  }
  return { value };
}
