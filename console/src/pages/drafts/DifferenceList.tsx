import type { Differences } from '~shared/api/types';
import { ActionBadge } from '~shared/ui/Badges';

import css from './Drafts.module.css';

/** Who may do what that they could not, and the reverse. */
export function DifferenceList({ differences }: { differences: Differences }) {
  const { changes } = differences;
  return (
    <div className={css.stack}>
      {changes.length === 0 && <p>Every exchange is treated as by the policy in force.</p>}
      <Kind title="Becomes milder" changes={changes.filter(({ relaxes }) => relaxes)} />
      <Kind title="Becomes stricter" changes={changes.filter(({ relaxes }) => !relaxes)} />
      <ul className={css.note}>
        <Clauses what="New" ids={differences.added} />
        <Clauses what="Removed" ids={differences.removed} />
        <Clauses what="Rule changed" ids={differences.rules} />
        <Clauses what="Words or examples changed" ids={differences.words} />
      </ul>
    </div>
  );
}

function Kind({ title, changes }: { title: string; changes: Differences['changes'] }) {
  if (changes.length === 0) {
    return null;
  }
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <ul className={css.list}>
        {changes.map(({ from, to, sentence, settled }) => (
          <li key={`${from} ${to} ${sentence}`}>
            <ActionBadge action={from} /> → <ActionBadge action={to} /> {sentence}
            {settled ? '.' : ', perhaps: a part written in Cedar is not looked into.'}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Clauses({ what, ids }: { what: string; ids: string[] }) {
  return ids.length > 0 ? (
    <li>
      {what}: {ids.join(', ')}
    </li>
  ) : null;
}
