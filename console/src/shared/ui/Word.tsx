import css from './parts.module.css';

/** How far something is, as a word on a tint; the tint never says more than the word. */
export function Word({ tone, children }: { tone: 'good' | 'busy' | 'bad' | 'plain'; children: string }) {
  const tones = { good: 'allow', busy: 'coach', bad: 'block', plain: undefined };
  return (
    <span className={css.badge} data-tone={tones[tone]}>
      {children}
    </span>
  );
}
