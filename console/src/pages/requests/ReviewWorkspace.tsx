import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';

import { toolReviewQuery, useReviewStep } from '~features/requests/queries';
import { causeWords, OUTCOME_WORDS, REVIEW_WORDS } from '~features/requests/words';
import type { ToolReview } from '~shared/api/types';
import { counted } from '~shared/format/numbers';
import { formatDay } from '~shared/format/times';
import { LabelChip } from '~shared/ui/Badges';
import { Complaint } from '~shared/ui/Complaint';
import { FactList, Page, Panel } from '~shared/ui/Page';
import queue from '~shared/ui/queue.module.css';
import { Failed, Lines } from '~shared/ui/States';
import { Word } from '~shared/ui/Word';
import { EvidencePanel } from './EvidencePanel';
import { ProposeForm } from './ProposeForm';
import { QuestionForm } from './QuestionForm';
import css from './Requests.module.css';
import { ScorePanel } from './ScorePanel';

/** One review: questions and evidence on one side, what they add up to and the decision on the other. */
export function ReviewWorkspace({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(toolReviewQuery(id));
  if (error && !data) {
    return (
      <Page title="Tool review">
        <Failed error={error} retry={() => void refetch()} />
      </Page>
    );
  }
  if (!data) {
    return (
      <Page title="Tool review">
        <Lines />
      </Page>
    );
  }
  const { review } = data;
  const [word, tone] = review.outcome ? OUTCOME_WORDS[review.outcome] : REVIEW_WORDS[review.state];
  return (
    <Page title={review.name} lead={causeWords(review.cause)} actions={<Link to="/reviews">All reviews</Link>}>
      <div className={queue.columns} data-two>
        <div className={queue.columns}>
          <Panel title="Who wants it" aside={<Word tone={tone}>{word}</Word>}>
            <Wishes detail={data} />
          </Panel>
          <QuestionForm key={review.revision} detail={data} />
        </div>
        <div className={queue.columns}>
          <ScorePanel detail={data} />
          <DecisionPanel detail={data} />
          <EvidencePanel detail={data} />
        </div>
      </div>
    </Page>
  );
}

function Wishes({ detail: { wishes, review } }: { detail: ToolReview }) {
  return (
    <div className={queue.list}>
      <FactList
        facts={[
          ['Wanted by', counted(review.people, 'person', 'people')],
          ['Host', review.host && <code key="host">{review.host}</code>],
          ['Reviewer', review.reviewer],
        ]}
      />
      <ul className={queue.list}>
        {wishes.map((wish) => (
          <li key={wish.pseudonym + wish.asked_at}>
            <span className={queue.name}>{wish.pseudonym}</span>: {wish.purpose}{' '}
            {wish.data.map((label) => (
              <LabelChip key={label} label={label} />
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}

function DecisionPanel({ detail }: { detail: ToolReview }) {
  const { review, decision, signatures, needed, mine } = detail;
  const step = useReviewStep(review.id, review.revision);
  const signed = signatures.map((made) => made.function);
  const open = mine.filter((name) => !signed.includes(name));
  return (
    <Panel title="Decision">
      <div className={css.detail}>
        {decision && (
          <FactList
            facts={[
              ['Decision', OUTCOME_WORDS[decision.outcome][0]],
              ['Conditions', decision.conditions],
              [
                'Approved for',
                <span key="labels" className={css.labels}>
                  {(decision.approved_for ?? []).map((label) => (
                    <LabelChip key={label} label={label} />
                  ))}
                </span>,
              ],
              ['Reason', decision.reason],
              ['Until', decision.until && formatDay(decision.until)],
              ['Agreed', signatures.map((made) => `${made.by} for ${made.function}`).join(', ')],
            ]}
          />
        )}
        <p className="muted">
          The score decides nothing. These functions must agree: {needed.join(', ') || 'none is named in the policy'}.
        </p>
        {(review.state === 'open' || review.state === 'in_review') && (
          <div className={queue.buttons}>
            <Button
              variant={review.state === 'open' ? 'filled' : 'default'}
              loading={step.isPending}
              onClick={() => step.mutate({ take: {} })}
            >
              {review.state === 'open' ? 'Begin the review' : 'Take it over'}
            </Button>
          </div>
        )}
        {review.state === 'in_review' && <ProposeForm detail={detail} />}
        {review.state === 'proposed' && (
          <div className={queue.buttons}>
            {open.map((name) => (
              <Button key={name} loading={step.isPending} onClick={() => step.mutate({ sign: { function: name } })}>
                Agree for {name}
              </Button>
            ))}
            <Button variant="default" loading={step.isPending} onClick={() => step.mutate({ return: {} })}>
              Send it back
            </Button>
          </div>
        )}
        <Complaint error={step.error} />
      </div>
    </Panel>
  );
}
