import { keepPreviousData, useQuery } from '@tanstack/react-query';

import { previewQuery } from '~features/drafts/queries';
import { Failed, Lines, Nothing } from '~shared/ui/States';

import { ClauseText } from './ClauseText';
import writing from './Writing.module.css';

/** The draft as employees would read it. */
export function Preview({ source }: { source: string }) {
  const { data, error } = useQuery({ ...previewQuery(source), placeholderData: keepPreviousData });
  return (
    <section className={writing.preview} aria-label="As people read it">
      {error ? <Failed error={error} /> : !data && <Lines />}
      {data?.clauses.length === 0 && (
        <Nothing title="Nothing to read yet">The draft has mistakes; correct them first.</Nothing>
      )}
      {data?.clauses.map((clause) => (
        <ClauseText key={clause.id} clause={clause} />
      ))}
    </section>
  );
}
