import { Button, Checkbox, Radio } from '@mantine/core';
import { type FormEvent, useState } from 'react';

import { useHandIn } from '~features/mine/queries';
import type { AttemptResult, Lesson, LessonQuestion } from '~shared/api/types';
import { formatDay } from '~shared/format/times';
import { Refused } from '~shared/ui/Refused';

import { anchor } from './anchor';
import css from './Mine.module.css';

interface Props {
  lesson: Lesson;
  /** Shows the attempts anew. */
  again: () => void;
}

/** The questions of a module; the server says what was right once the answers are handed in. */
export function Quiz({ lesson, again }: Props) {
  const handIn = useHandIn(lesson.id);
  const [chosen, setChosen] = useState<number[][]>(lesson.questions.map(() => []));
  const result = handIn.data;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    handIn.mutate({ version: lesson.version, answers: chosen }, { onSuccess: again });
  };
  const retry = () => {
    handIn.reset();
    setChosen(lesson.questions.map(() => []));
  };
  return (
    <form onSubmit={submit} aria-label="Quiz">
      <h2 className={css.heading}>Questions</h2>
      {lesson.questions.map((question, at) => (
        <Question
          key={question.ask}
          number={at + 1}
          question={question}
          chosen={chosen[at] ?? []}
          choose={(answers) => setChosen(chosen.map((old, other) => (other === at ? answers : old)))}
          mark={result?.marks.questions[at]}
        />
      ))}
      <Refused error={handIn.error} />
      {result ? (
        <Result result={result} retry={retry} />
      ) : (
        <Button type="submit" loading={handIn.isPending} disabled={chosen.some((answers) => answers.length === 0)}>
          Hand in
        </Button>
      )}
    </form>
  );
}

interface QuestionProps {
  number: number;
  question: LessonQuestion;
  chosen: number[];
  choose: (answers: number[]) => void;
  mark: AttemptResult['marks']['questions'][number] | undefined;
}

function Question({ number, question, chosen, choose, mark }: QuestionProps) {
  const told = (at: number) => mark?.feedback.find((said) => said.choice === at)?.because;
  const values = chosen.map(String);
  const legend = `${number}. ${question.ask}${mark ? (mark.right ? ' (right)' : ' (not right)') : ''}`;
  const choices = question.choices.map((says, at) => (
    <div key={says}>
      {question.kind === 'multiple' ? (
        <Checkbox value={String(at)} label={says} disabled={mark !== undefined} />
      ) : (
        <Radio value={String(at)} label={says} disabled={mark !== undefined} />
      )}
      {told(at) && <p className={css.because}>{told(at)}</p>}
    </div>
  ));
  return (
    <div className={css.question}>
      {question.situation && <p>{question.situation}</p>}
      {question.kind === 'multiple' ? (
        <Checkbox.Group
          label={legend}
          description="Several may be right."
          value={values}
          onChange={(values) => choose(values.map(Number))}
        >
          <div className={css.choices}>{choices}</div>
        </Checkbox.Group>
      ) : (
        <Radio.Group label={legend} value={values[0] ?? null} onChange={(value) => choose([Number(value)])}>
          <div className={css.choices}>{choices}</div>
        </Radio.Group>
      )}
    </div>
  );
}

function Result({ result, retry }: { result: AttemptResult; retry: () => void }) {
  const { right, of, reread } = result.marks;
  return (
    <div role="status" className={css.result} data-passed={result.passed}>
      <p className={css.name}>
        {right} of {of} right.{' '}
        {result.passed && result.until ? `Passed; that counts until ${formatDay(result.until)}.` : 'Not passed yet.'}
      </p>
      {reread.length > 0 && (
        <>
          <p>Read again:</p>
          <ul className={css.list}>
            {reread.map((title) => (
              <li key={title}>
                <a href={`#${anchor(title)}`}>{title}</a>
              </li>
            ))}
          </ul>
        </>
      )}
      {!result.passed && (
        <Button variant="default" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}
