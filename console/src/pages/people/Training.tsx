import { Button, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';

import { peopleQuery } from '~features/people/courses';
import { effectQuery, modulesQuery, useAssign } from '~features/people/queries';
import { useMay } from '~features/session/session';
import type { TrainingModule } from '~shared/api/types';
import { counted, formatShare } from '~shared/format/numbers';
import { Panel } from '~shared/ui/Page';
import { Refused } from '~shared/ui/Refused';
import { Failed, Lines } from '~shared/ui/States';

import { Assignments } from './Assignments';
import { Courses } from './Courses';
import css from './People.module.css';
import { Results } from './Results';

export function Training() {
  const { data, error, refetch } = useQuery(modulesQuery);
  const may = useMay();
  if (!data) {
    return error ? <Failed error={error} retry={() => void refetch()} /> : <Lines count={8} height={26} />;
  }
  return (
    <div className={css.panels}>
      <Panel title="Modules">
        {data.map((module) => (
          <Module key={module.id} module={module} />
        ))}
      </Panel>
      {may('manage_training') && <Assign modules={data} />}
      <Assignments />
      <Courses />
    </div>
  );
}

/** What learning systems run. */
const PACKAGES = [
  ['cmi5', 'cmi5'],
  ['scorm12', 'SCORM 1.2'],
] as const;

function Module({ module }: { module: TrainingModule }) {
  const may = useMay();
  const [open, setOpen] = useState(false);
  return (
    <section className={css.item} aria-label={module.title}>
      <p className={css.name}>{module.title}</p>
      <p className="muted">
        {module.passed} of {counted(module.people, 'person', 'people')} passed (
        {formatShare(module.passed, module.people)}), {module.open} to do, {module.overdue} late. {module.minutes}{' '}
        minutes, {module.questions} questions, for {module.audience}
        {module.clauses.length > 0 && `; teaches ${module.clauses.join(', ')}`}.
      </p>
      {open && <Effect module={module.id} />}
      <div className={css.buttons}>
        {!open && (
          <Button
            variant="default"
            size="compact-sm"
            aria-label={`Effect of ${module.title}`}
            onClick={() => setOpen(true)}
          >
            Effect
          </Button>
        )}
        {may('manage_training') &&
          PACKAGES.map(([standard, name]) => (
            <Button
              key={standard}
              component="a"
              variant="default"
              size="compact-sm"
              aria-label={`${module.title} as ${name}`}
              href={`/api/v1/training/modules/${module.id}/package?standard=${standard}`}
              download
            >
              {name}
            </Button>
          ))}
      </div>
      {may('manage_training') && (
        <details className={css.fold}>
          <summary>Taught by a learning system</summary>
          <Results id={module.id} />
        </details>
      )}
    </section>
  );
}

const rate = (value: number) => value.toFixed(2);

function Effect({ module }: { module: string }) {
  const { data, error } = useQuery(effectQuery(module));
  if (!data) {
    return error ? <Failed error={error} /> : <Lines count={1} />;
  }
  const { people, before, after } = data.effect;
  if (people === 0) {
    return <p role="status">Nobody has been observed for a week before and after passing yet.</p>;
  }
  return (
    <p role="status">
      Violations of what it teaches, for each person and 30 days: {rate(before.per_person)} before,{' '}
      {rate(after.per_person)} after (n = {people}; {before.violations} in {Math.round(before.days)} days,{' '}
      {after.violations} in {Math.round(after.days)} days). People take training after a violation more often than at
      other times: fewer may follow from that alone.
    </p>
  );
}

function Assign({ modules }: { modules: TrainingModule[] }) {
  const assign = useAssign();
  const { data: people } = useQuery(peopleQuery);
  const [module, setModule] = useState<string | null>(null);
  const [person, setPerson] = useState<string | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const due = new Date(`${String(new FormData(event.currentTarget).get('due'))}T23:59:59`).toISOString();
    if (module) {
      assign.mutate({ module, due, person });
    }
  };
  return (
    <Panel title="Assign a module">
      <form onSubmit={submit} className={css.form}>
        <Select
          label="Module"
          data={modules.map(({ id, title }) => ({ value: id, label: title }))}
          value={module}
          onChange={setModule}
          required
          withAsterisk={false}
        />
        <Select
          label="To"
          placeholder="Everybody"
          description="One person, or everybody if you choose nobody."
          searchable
          clearable
          data={people?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
          value={person}
          onChange={setPerson}
        />
        <TextInput type="date" name="due" label="By" required withAsterisk={false} />
        <Refused error={assign.error} />
        {assign.data && (
          <p role="status">
            Assigned to {counted(assign.data.assigned, 'person', 'people')}; {assign.data.already} had it already.
          </p>
        )}
        <div className={css.buttons}>
          <Button type="submit" loading={assign.isPending}>
            Assign
          </Button>
        </div>
      </form>
    </Panel>
  );
}
