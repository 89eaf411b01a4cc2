import { Button, Radio, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';

import { DataClasses } from '~features/requests/DataClasses';
import { useReviewStep } from '~features/requests/queries';
import { OUTCOME_WORDS } from '~features/requests/words';
import type { ReviewDecision, ToolReview } from '~shared/api/types';
import { Complaint } from '~shared/ui/Complaint';

import queue from '~shared/ui/queue.module.css';

/** A year from today, as a date field has it. */
function inAYear(): string {
  const day = new Date();
  day.setFullYear(day.getFullYear() + 1);
  return day.toISOString().slice(0, 10);
}

/** Puts a decision before the functions. */
export function ProposeForm({ detail: { review } }: { detail: ToolReview }) {
  const step = useReviewStep(review.id, review.revision);
  const [outcome, setOutcome] = useState<ReviewDecision['outcome']>('conditional');
  const [approvedFor, setApprovedFor] = useState<string[]>([]);
  const approves = outcome !== 'denied';

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    step.mutate({
      propose: {
        decision: {
          outcome,
          approved_for: approves ? approvedFor : [],
          conditions: outcome === 'conditional' ? text('conditions') : '',
          reason: text('reason'),
          until: approves ? new Date(`${text('until')}T00:00:00`).toISOString() : null,
        },
      },
    });
  };

  return (
    <form className={queue.form} onSubmit={submit} aria-label="Propose a decision">
      <Radio.Group
        label="Decision"
        value={outcome}
        onChange={(value) => setOutcome(value as ReviewDecision['outcome'])}
      >
        <div className={queue.list}>
          {Object.entries(OUTCOME_WORDS).map(([value, [word]]) => (
            <Radio key={value} value={value} label={word} />
          ))}
        </div>
      </Radio.Group>
      {outcome === 'conditional' && (
        <Textarea
          name="conditions"
          label="Conditions"
          description="What whoever uses the tool must keep to."
          required
          withAsterisk={false}
          autosize
        />
      )}
      {approves && (
        <>
          <DataClasses
            label="Approved for"
            description="A class covers everything below it."
            value={approvedFor}
            onChange={setApprovedFor}
          />
          <TextInput
            type="date"
            name="until"
            label="Until"
            description="Then the tool is under review again by itself."
            defaultValue={inAYear()}
            required
            withAsterisk={false}
          />
        </>
      )}
      <Textarea name="reason" label="Reason" required withAsterisk={false} autosize minRows={2} />
      <Complaint error={step.error} />
      <div className={queue.buttons}>
        <Button type="submit" loading={step.isPending}>
          Put it before {review.state === 'in_review' ? 'the functions' : 'them again'}
        </Button>
      </div>
    </form>
  );
}
