import { Alert, Button, Textarea } from '@mantine/core';
import { useState } from 'react';

import { useOpinion } from '~features/drafts/queries';
import { Problem } from '~shared/api/problem';
import type { FunctionStanding, Review } from '~shared/api/types';
import { Panel } from '~shared/ui/Page';
import { Nothing } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import css from './Drafts.module.css';
import { STANDING_WORDS, short } from './words';

/** How every function that must approve stands to the draft; those the reader speaks for can be answered for. */
export function Approvals({ review }: { review: Review }) {
  return (
    <Panel title="Approvals">
      {review.approvals.length === 0 && <Nothing title="No function has to approve" />}
      <ul className={css.list}>
        {review.approvals.map((standing) => (
          <li key={standing.function}>
            <Standing standing={standing} now={review.draft.hash} />
            {review.mine.includes(standing.function) && review.draft.state === 'open' && (
              <Opinion review={review} standing={standing} />
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Standing({ standing, now }: { standing: FunctionStanding; now: string }) {
  return (
    <>
      <p className={css.spread}>
        <span className={css.name}>{standing.function}</span>
        <span className={standing.standing === 'approved' ? undefined : css.warn}>
          {STANDING_WORDS[standing.standing]}
        </span>
      </p>
      {standing.by && standing.at && (
        <p className={css.note}>
          {standing.by}, <Time at={standing.at} />, of <code>{short(standing.hash ?? now)}</code>
        </p>
      )}
      {standing.what && <blockquote className={css.comment}>{standing.what}</blockquote>}
    </>
  );
}

function Opinion({ review, standing }: { review: Review; standing: FunctionStanding }) {
  const give = useOpinion(review.draft.id);
  const [asking, setAsking] = useState(false);
  const [what, setWhat] = useState('');
  const { function: name } = standing;
  const about = { function: name, hash: review.draft.hash };
  return (
    <div className={css.form}>
      {asking && (
        <Textarea
          label={`What ${name} asks to be changed`}
          autosize
          minRows={2}
          value={what}
          onChange={(event) => setWhat(event.currentTarget.value)}
        />
      )}
      {give.error && (
        <Alert role="alert" color="ink" title={give.error.message}>
          {give.error instanceof Problem && give.error.detail}
        </Alert>
      )}
      <div className={css.buttons}>
        {asking ? (
          <Button
            variant="default"
            disabled={!what.trim()}
            onClick={() =>
              give.mutate({ ...about, stance: 'asks_for_changes', what }, { onSuccess: () => setAsking(false) })
            }
          >
            Ask for these changes
          </Button>
        ) : (
          <Button variant="default" onClick={() => setAsking(true)}>
            Ask for changes for {name}
          </Button>
        )}
        <Button
          disabled={standing.standing === 'approved'}
          loading={give.isPending}
          onClick={() => give.mutate({ ...about, stance: 'approves' })}
        >
          Approve for {name}
        </Button>
      </div>
    </div>
  );
}
