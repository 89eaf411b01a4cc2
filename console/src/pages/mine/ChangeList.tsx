import type { Changes } from '~shared/api/types';
import { plain } from '~shared/format/words';
import { ActionBadge, ClauseName } from '~shared/ui/Badges';
import { Panel } from '~shared/ui/Page';

import css from './Mine.module.css';

/** What changed since I read the policy; nothing for those who never have. */
export function ChangeList({ changes }: { changes: Changes }) {
  if (!changes.since || changes.since === changes.version) {
    return null;
  }
  return (
    <Panel title="What changed since you read it">
      {changes.sentences.length === 0 && changes.clauses.length === 0 && (
        <p>Nothing that the policy says or does: only its examples, comments or particulars.</p>
      )}
      <ul className={css.modules}>
        {changes.sentences.map(({ from, to, sentence }) => (
          <li key={`${from} ${to} ${sentence}`} className={css.case}>
            <p>{sentence}</p>
            <p className={css.sentence}>
              <ActionBadge action={from} /> <span className="muted">became</span> <ActionBadge action={to} />
            </p>
          </li>
        ))}
      </ul>
      {changes.clauses.length > 0 && (
        <ul className={css.list}>
          {changes.clauses.map(({ id, title, change }) => (
            <li key={id}>
              <ClauseName id={id} /> {title}: {plain(change).toLowerCase()}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
