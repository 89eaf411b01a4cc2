import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import { libraryQuery } from '~features/drafts/queries';
import type { LibraryClause } from '~shared/api/types';
import { ActionBadge } from '~shared/ui/Badges';
import { Failed, Lines } from '~shared/ui/States';

import { insert, nextId } from './clause';
import css from './Drafts.module.css';

interface Props {
  source: string;
  onInsert: (source: string) => void;
}

/** The clauses that are shipped, each with its rule and examples. */
export function ClauseLibrary({ source, onInsert }: Props) {
  const { data, error } = useQuery(libraryQuery);
  if (!data) {
    return error ? <Failed error={error} /> : <Lines />;
  }
  const take = (clause: LibraryClause) => {
    const id = nextId(source, clause.id.replace(/-\d+$/, ''));
    onInsert(insert(source, clause.section, clause.source.replaceAll(new RegExp(`\\b${clause.id}\\b`, 'g'), id)));
  };
  return (
    <ul className={css.list}>
      {data.map((clause) => (
        <li key={clause.id} className={css.spread}>
          <span>
            <span className={css.name}>{clause.title}</span>
            <br />
            {clause.action && <ActionBadge action={clause.action} />} {clause.sentence ?? 'Upheld by people.'}
          </span>
          <Button variant="default" aria-label={`Add ${clause.title}`} onClick={() => take(clause)}>
            Add
          </Button>
        </li>
      ))}
    </ul>
  );
}
