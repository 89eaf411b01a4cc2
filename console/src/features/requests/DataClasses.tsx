import { Checkbox } from '@mantine/core';

import { familyWords } from '~shared/format/words';

import css from './DataClasses.module.css';

const FAMILIES = ['pii', 'phi', 'financial', 'source_code', 'ip', 'strategy', 'marking'];

interface Props {
  label: string;
  description?: string;
  value: string[];
  onChange: (value: string[]) => void;
}

/** Families of labels to choose from; exact labels that are chosen already stay. */
export function DataClasses({ label, description, value, onChange }: Props) {
  const exact = value.filter((one) => !FAMILIES.includes(one));
  return (
    <Checkbox.Group label={label} description={description} value={value} onChange={onChange}>
      <div className={css.classes}>
        {[...FAMILIES, ...exact].map((one) => (
          <Checkbox key={one} value={one} label={one.includes('.') ? one : familyWords(one)} />
        ))}
      </div>
    </Checkbox.Group>
  );
}
