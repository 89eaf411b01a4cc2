import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';

import { useComment } from '~features/incidents/queries';
import { useMay } from '~features/session/session';
import type { Incident } from '~shared/api/types';
import { Complaint } from '~shared/ui/Complaint';
import { Panel } from '~shared/ui/Page';
import { Time } from '~shared/ui/Time';

import css from './Incidents.module.css';

export function Comments({ incident }: { incident: Incident }) {
  const comment = useComment(incident.id);
  const may = useMay();
  const [text, setText] = useState('');
  return (
    <Panel title="Comments">
      {incident.comments.length === 0 && <p className="muted">Nobody has said anything yet.</p>}
      <ul className={css.comments}>
        {incident.comments.map(({ by, at, text }) => (
          <li key={`${at} ${by}`}>
            <p className="muted">
              {by}, <Time at={at} />
            </p>
            <p className={css.said}>{text}</p>
          </li>
        ))}
      </ul>
      {may('handle_incidents') && (
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            comment.mutate(text, { onSuccess: () => setText('') });
          }}
        >
          <Textarea
            label="Comment"
            autosize
            minRows={2}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Complaint error={comment.error} />
          <div>
            <Button type="submit" variant="default" disabled={text.trim() === ''} loading={comment.isPending}>
              Add the comment
            </Button>
          </div>
        </form>
      )}
    </Panel>
  );
}
