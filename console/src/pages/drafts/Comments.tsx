import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';

import { useComment, useResolve } from '~features/drafts/queries';
import type { DraftComment } from '~shared/api/types';
import { Time } from '~shared/ui/Time';

import css from './Drafts.module.css';

export function Comments({ draft, comments }: { draft: string; comments: DraftComment[] }) {
  const resolve = useResolve(draft);
  return (
    <ul>
      {comments.map(({ id, clause, text, by, at, resolved_by }) => (
        <li key={id} className={css.comment} data-resolved={resolved_by !== null}>
          <p>{text}</p>
          <p className={css.spread}>
            <span className={css.note}>
              {by}, <Time at={at} />
              {clause && ` on ${clause}`}
              {resolved_by && `, resolved by ${resolved_by}`}
            </span>
            <Button
              size="compact-sm"
              variant="subtle"
              onClick={() => resolve.mutate({ comment: id, resolved: resolved_by === null })}
            >
              {resolved_by ? 'Reopen' : 'Resolve'}
            </Button>
          </p>
        </li>
      ))}
    </ul>
  );
}

export function CommentForm({ draft, clause }: { draft: string; clause: string | null }) {
  const add = useComment(draft);
  const [writing, setWriting] = useState(false);
  const [text, setText] = useState('');
  const about = clause ? `Comment on ${clause}` : 'Comment on the whole';
  if (!writing) {
    return (
      <Button size="compact-sm" variant="subtle" onClick={() => setWriting(true)}>
        {about}
      </Button>
    );
  }
  const done = () => {
    setText('');
    setWriting(false);
  };
  return (
    <div className={css.form}>
      <Textarea
        label={about}
        autosize
        value={text}
        error={add.error?.message}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className={css.buttons}>
        <Button variant="default" onClick={done}>
          Cancel
        </Button>
        <Button
          disabled={!text.trim()}
          loading={add.isPending}
          onClick={() => add.mutate({ clause, text }, { onSuccess: done })}
        >
          Save the comment
        </Button>
      </div>
    </div>
  );
}
