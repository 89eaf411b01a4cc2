import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import type { GuideTree } from '~shared/api/types';
import { ActionBadge } from '~shared/ui/Badges';
import { Failed, Lines } from '~shared/ui/States';

import css from './GuideWalk.module.css';
import { guideQuery } from './queries';

/** The decision tree of the policy in force, one question at a time. */
export function GuideWalk() {
  const { data, error, refetch } = useQuery(guideQuery);
  const [path, setPath] = useState<string[][]>([]);
  if (!data) {
    return error ? <Failed error={error} retry={() => void refetch()} /> : <Lines count={3} />;
  }
  const here = follow(data.tree, path);
  return (
    <section className={css.walk} aria-label="May I?">
      {path.length > 0 && (
        <ol className={css.path}>
          {path.map((answers) => (
            <li key={answers.join()}>{answers.join(', ')}</li>
          ))}
        </ol>
      )}
      <div aria-live="polite">
        {here.question ? <p className={css.question}>{here.question}</p> : <Told tree={here} />}
      </div>
      <div className={css.answers}>
        {here.branches.map((branch) => (
          <Button
            key={branch.answers.join()}
            variant="default"
            className={css.answer}
            onClick={() => setPath([...path, branch.answers])}
          >
            {branch.answers.join(', ')}
          </Button>
        ))}
      </div>
      {path.length > 0 && (
        <Button variant="subtle" size="compact-sm" onClick={() => setPath(path.slice(0, -1))}>
          Back
        </Button>
      )}
    </section>
  );
}

function follow(tree: GuideTree, path: string[][]): GuideTree {
  const [answers, ...rest] = path;
  const branch = answers && tree.branches.find((branch) => branch.answers.join() === answers.join());
  return branch ? follow(branch.to, rest) : tree;
}

function Told({ tree }: { tree: GuideTree }) {
  return (
    <p className={css.told}>
      {tree.action && <ActionBadge action={tree.action} />}
      <span>
        {tree.advice}
        {tree.clauses.length > 0 && <span className="muted"> ({tree.clauses.join(', ')})</span>}
      </span>
    </p>
  );
}
