import { Button, Radio, Select, TextInput } from '@mantine/core';
import { useState } from 'react';

import type { RolloutMove, Stage } from '~shared/api/types';

import css from './Drafts.module.css';
import { STAGE_MEANS, STAGE_WORDS, STAGES } from './words';

export type Stages = Required<RolloutMove['stages']>;

interface Props {
  value: Stages;
  clauses: string[];
  onChange: (stages: Stages) => void;
}

const CHOICES = STAGES.map((value) => ({ value, label: STAGE_WORDS[value] }));

/** How strictly a policy is carried out: as a whole, for single clauses, for groups. */
export function StageFields({ value, clauses, onChange }: Props) {
  const except = (key: 'clauses' | 'groups') => (name: string, stage: Stage | undefined) => {
    const { [name]: _, ...rest } = value[key];
    onChange({ ...value, [key]: stage ? { ...rest, [name]: stage } : rest });
  };
  return (
    <div className={css.form}>
      <Radio.Group
        label="The whole policy"
        value={value.whole}
        onChange={(whole) => onChange({ ...value, whole: whole as Stage })}
      >
        <div className={css.stack}>
          {STAGES.map((stage) => (
            <Radio key={stage} value={stage} label={STAGE_WORDS[stage]} description={STAGE_MEANS[stage]} />
          ))}
        </div>
      </Radio.Group>
      <Exceptions noun="clause" known={clauses} stages={value.clauses} onSet={except('clauses')} />
      <Exceptions noun="group" stages={value.groups} onSet={except('groups')} />
    </div>
  );
}

interface ExceptionsProps {
  noun: 'clause' | 'group';
  /** The names that exist, if they are known. */
  known?: string[];
  stages: Record<string, Stage>;
  onSet: (name: string, stage: Stage | undefined) => void;
}

function Exceptions({ noun, known, stages, onSet }: ExceptionsProps) {
  const [name, setName] = useState('');
  const label = `Another stage for a ${noun}`;
  const add = () => {
    onSet(name.trim(), 'observe');
    setName('');
  };
  return (
    <fieldset className={css.form}>
      <legend className={css.name}>{noun === 'clause' ? 'Single clauses' : 'Groups'}</legend>
      {Object.entries(stages).map(([each, stage]) => (
        <div key={each} className={css.row}>
          <Select
            label={each}
            data={CHOICES}
            value={stage}
            allowDeselect={false}
            onChange={(next) => onSet(each, (next ?? 'observe') as Stage)}
          />
          <Button variant="subtle" onClick={() => onSet(each, undefined)}>
            Remove {each}
          </Button>
        </div>
      ))}
      <div className={css.row}>
        {known ? (
          <Select label={label} data={known} value={name || null} searchable onChange={(next) => setName(next ?? '')} />
        ) : (
          <TextInput label={label} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        )}
        <Button variant="default" disabled={!name.trim() || name.trim() in stages} onClick={add}>
          Add the {noun}
        </Button>
      </div>
    </fieldset>
  );
}
