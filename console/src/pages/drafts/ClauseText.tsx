import type { ReactNode } from 'react';

import type { DraftClause } from '~shared/api/types';
import { ActionBadge, ClauseName } from '~shared/ui/Badges';

import css from './Drafts.module.css';

const CHANGES: Record<DraftClause['change'], string> = {
  same: '',
  added: 'new',
  rule: 'its rule changed',
  words: 'its words or examples changed',
};

/** A clause of a draft as employees would read it, with what is said of it below. */
export function ClauseText({ clause, children }: { clause: DraftClause; children?: ReactNode }) {
  const title = `clause-${clause.id}`;
  return (
    <section className={css.clause} aria-labelledby={title}>
      <p className={css.row}>
        <ClauseName id={clause.id} />
        {clause.change !== 'same' && <span className={css.changed}>{CHANGES[clause.change]}</span>}
      </p>
      <h3 id={title} className={css.clauseTitle}>
        {clause.title}
      </h3>
      {/* The server renders it from Markdown; raw HTML in the document is shown as text. */}
      <div className={css.prose} dangerouslySetInnerHTML={{ __html: clause.prose_html }} />
      {clause.action && (
        <p>
          <ActionBadge action={clause.action} /> {clause.sentence}
        </p>
      )}
      {children}
    </section>
  );
}
