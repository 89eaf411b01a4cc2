import { Button, Radio, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';

import { type GivenAnswer, useAnswers } from '~features/requests/queries';
import type { ReviewQuestion, ReviewSection, ToolReview } from '~shared/api/types';
import { Complaint } from '~shared/ui/Complaint';
import { Panel } from '~shared/ui/Page';

import queue from '~shared/ui/queue.module.css';
import css from './Requests.module.css';

type Given = Record<string, GivenAnswer>;

/** The questionnaire; answers are saved together, and only while the review is under way. */
export function QuestionForm({ detail }: { detail: ToolReview }) {
  const { review, sections, answers } = detail;
  const save = useAnswers(review.id, review.revision);
  const [changed, setChanged] = useState<Given>({});
  const editable = review.state === 'in_review';
  const current = (id: string): GivenAnswer =>
    changed[id] ?? { question: id, value: answers[id]?.value ?? '', note: answers[id]?.note ?? '' };
  const change = (answer: GivenAnswer) => setChanged((before) => ({ ...before, [answer.question]: answer }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(Object.values(changed));
  };
  return (
    <form className={queue.columns} onSubmit={submit} aria-label="Questionnaire">
      {sections.map((section) => (
        <Questions key={section.id} section={section} editable={editable} current={current} change={change} />
      ))}
      <Complaint error={save.error} />
      {editable && (
        <div className={queue.buttons}>
          <Button type="submit" loading={save.isPending} disabled={Object.keys(changed).length === 0}>
            Save the answers
          </Button>
        </div>
      )}
    </form>
  );
}

interface QuestionsProps {
  section: ReviewSection;
  editable: boolean;
  current: (id: string) => GivenAnswer;
  change: (answer: GivenAnswer) => void;
}

function Questions({ section, editable, current, change }: QuestionsProps) {
  return (
    <Panel title={section.title}>
      <div className={css.section}>
        {section.questions.map((question) => (
          <div key={question.id} className={css.question}>
            <Field question={question} answer={current(question.id)} editable={editable} change={change} />
            <TextInput
              size="sm"
              label="Note"
              aria-label={`Note on: ${question.asks}`}
              value={current(question.id).note}
              disabled={!editable}
              onChange={(event) => change({ ...current(question.id), note: event.currentTarget.value })}
            />
          </div>
        ))}
      </div>
    </Panel>
  );
}

interface FieldProps {
  question: ReviewQuestion;
  answer: GivenAnswer;
  editable: boolean;
  change: (answer: GivenAnswer) => void;
}

function Field({ question, answer, editable, change }: FieldProps) {
  const hint = `Good: ${question.good}${question.evidence ? ` Evidence: ${question.evidence}.` : ''}`;
  const shared = { label: question.asks, description: hint, disabled: !editable };
  const set = (value: string) => change({ ...answer, value });
  switch (question.kind) {
    case 'choice':
      return (
        <Radio.Group label={question.asks} description={hint} value={answer.value} onChange={set}>
          <div className={queue.list}>
            {question.options.map((option) => (
              <Radio
                key={option.id}
                value={option.id}
                disabled={!editable}
                label={`${option.says} (${option.points === null ? 'does not apply' : `${option.points} points`})`}
              />
            ))}
          </div>
        </Radio.Group>
      );
    case 'text':
      return (
        <Textarea
          {...shared}
          autosize
          minRows={2}
          value={answer.value}
          onChange={(event) => set(event.currentTarget.value)}
        />
      );
    case 'date':
      return (
        <TextInput {...shared} type="date" value={answer.value} onChange={(event) => set(event.currentTarget.value)} />
      );
    case 'link':
      return (
        <TextInput
          {...shared}
          type="url"
          placeholder="https://"
          value={answer.value}
          onChange={(event) => set(event.currentTarget.value)}
        />
      );
  }
}
