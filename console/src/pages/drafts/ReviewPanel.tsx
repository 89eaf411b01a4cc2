import { useQuery } from '@tanstack/react-query';

import { reviewQuery } from '~features/drafts/queries';
import type { DraftDocument } from '~shared/api/types';
import { Panel } from '~shared/ui/Page';
import { Failed, Lines } from '~shared/ui/States';

import { Approvals } from './Approvals';
import { CheckList } from './CheckList';
import { ClauseText } from './ClauseText';
import { CommentForm, Comments } from './Comments';
import { DifferenceList } from './DifferenceList';
import css from './Drafts.module.css';

/** What a draft changes and says, and what people say of it. */
export function ReviewPanel({ draft }: { draft: DraftDocument }) {
  const { data, error, refetch } = useQuery(reviewQuery(draft.id));
  if (!data) {
    return error ? <Failed error={error} retry={() => void refetch()} /> : <Lines count={12} />;
  }
  const on = (clause: string | null) => data.comments.filter((comment) => comment.clause === clause);
  const gone = data.comments.filter(
    ({ clause }) => clause !== null && !data.clauses.some((each) => each.id === clause),
  );
  return (
    <div className={css.columns}>
      <div className={css.stack}>
        <Panel title="What changes">
          <DifferenceList differences={data.differences} />
        </Panel>
        <Panel title="The draft">
          {data.mistakes.length > 0 && (
            <p className={css.warn}>It has mistakes and cannot be shown as people would read it.</p>
          )}
          {data.clauses.map((clause) => (
            <ClauseText key={clause.id} clause={clause}>
              <Comments draft={draft.id} comments={on(clause.id)} />
              <CommentForm draft={draft.id} clause={clause.id} />
            </ClauseText>
          ))}
        </Panel>
      </div>
      <div className={css.stack}>
        <Approvals review={data} />
        <Panel title="Before it can come into force">
          <CheckList checks={data.checks} />
        </Panel>
        <Panel title="Comments on the whole">
          <Comments draft={draft.id} comments={[...on(null), ...gone]} />
          <CommentForm draft={draft.id} clause={null} />
        </Panel>
      </div>
    </div>
  );
}
