import { Button, FileButton, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';

import { useAddEvidence, useNoteTerms } from '~features/requests/queries';
import type { ToolReview } from '~shared/api/types';
import { formatBytes } from '~shared/format/numbers';
import { formatDay } from '~shared/format/times';
import { Complaint } from '~shared/ui/Complaint';
import { Panel } from '~shared/ui/Page';

import queue from '~shared/ui/queue.module.css';
import css from './Requests.module.css';

const TYPES = '.pdf,.png,.jpg,.jpeg,.txt,.md,.csv,.docx,.xlsx,.pptx';

/** The files and the terms that a review rests on. */
export function EvidencePanel({ detail }: { detail: ToolReview }) {
  const { review, evidence } = detail;
  const add = useAddEvidence(review.id, review.revision);
  return (
    <Panel title="Evidence">
      <div className={css.detail}>
        <ul className={queue.list}>
          {evidence.map((file) => (
            <li key={file.id}>
              <a href={`/api/v1/tool-reviews/${review.id}/evidence/${file.id}`} download={file.name}>
                {file.name}
              </a>{' '}
              <span className="muted">
                {formatBytes(file.size)}, {file.by}, {formatDay(file.at)}; SHA-256{' '}
                <code>{file.sha256.slice(0, 12)}…</code>
              </span>
            </li>
          ))}
        </ul>
        {evidence.length === 0 && <p className="muted">No file yet.</p>}
        {review.state === 'in_review' && (
          <FileButton onChange={(file) => file && add.mutate(file)} accept={TYPES}>
            {(props) => (
              <Button {...props} variant="default" loading={add.isPending}>
                Add a file
              </Button>
            )}
          </FileButton>
        )}
        <Complaint error={add.error} />
        {review.state !== 'closed' && <TermsForm detail={detail} />}
      </div>
    </Panel>
  );
}

function TermsForm({ detail: { review, terms } }: { detail: ToolReview }) {
  const note = useNoteTerms(review.id, review.revision);
  const navigate = useNavigate();
  const [said, setSaid] = useState('');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    note.mutate(
      { link: String(form.get('link')).trim(), text: String(form.get('text')) },
      {
        onSuccess: ({ change, review: next }) => {
          setSaid(
            change === 'changed' ? 'The terms changed.' : change === 'same' ? 'The terms are the same.' : 'Noted.',
          );
          if (next !== review.id) {
            void navigate(`/reviews/${next}`);
          }
        },
      },
    );
  };
  return (
    <details>
      <summary>{terms ? `Terms as read on ${formatDay(terms.at)}` : 'Note the vendor’s terms'}</summary>
      <form className={queue.form} onSubmit={submit} aria-label="The vendor’s terms">
        <TextInput
          type="url"
          name="link"
          label="Where they are"
          placeholder="https://"
          defaultValue={terms?.link}
          required
          withAsterisk={false}
        />
        <Textarea
          name="text"
          label="Their text as it is now"
          description="Only its digest is kept. If it differs from what a decision rests on, another review opens."
          required
          withAsterisk={false}
          autosize
          minRows={3}
          maxRows={8}
        />
        <Complaint error={note.error} />
        <p role="status">{said}</p>
        <div className={queue.buttons}>
          <Button type="submit" variant="default" loading={note.isPending}>
            Note them
          </Button>
        </div>
      </form>
    </details>
  );
}
